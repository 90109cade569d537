-- A / B per item (domain §4): B = open at the start of the period, or the amount of what was issued inside it,
-- of items due by its end; A = money allocated inside the period to exactly those items.
SELECT p.period, 'receivable' AS source, r.id AS source_id, r.due_date AS date, r.owner_id, r.team_id,
       r.customer_id, NULL::bigint AS product_id, c.region, NULL::text AS unit,
       LEAST(r.base_amount - COALESCE(s.before, 0), GREATEST(COALESCE(s.inside, 0), 0)) AS num,
       r.base_amount - COALESCE(s.before, 0) AS den
FROM w AS p
JOIN receivables_receivable r ON r.due_date <= p.last AND r.issue_date <= p.last
     AND NOT (r.disputed AND %(skip_disputed)s)
JOIN customers_customer c ON c.id = r.customer_id
LEFT JOIN (
    SELECT q.period, s.receivable_id,
           sum(s.base_amount) FILTER (WHERE s.date < q.first) AS before,
           sum(s.base_amount) FILTER (WHERE s.date >= q.first AND s.receipt_id IS NOT NULL) AS inside
    FROM w AS q
    JOIN receivables_settlementline s ON s.date <= q.last
    GROUP BY q.period, s.receivable_id
) s ON s.period = p.period AND s.receivable_id = r.id
WHERE r.base_amount - COALESCE(s.before, 0) > 0
