-- A / B per item (domain §4): B = open at the start of the period, or the amount of what was issued inside it,
-- of items due by its end; A = money allocated inside the period to exactly those items. What was open at the
-- start is what is open now plus what was settled since, so a recent period reads only open items and new lines.
SELECT o.period, 'receivable' AS source, r.id AS source_id, r.due_date AS date, r.owner_id, r.team_id,
       r.customer_id, NULL::bigint AS product_id, c.region, NULL::text AS unit,
       LEAST(sum(o.open), GREATEST(COALESCE(sum(o.inside), 0), 0)) AS num, sum(o.open) AS den
FROM (
    SELECT p.period, r.id, r.outstanding_base AS open, NULL::numeric AS inside
    FROM w AS p
    JOIN receivables_receivable r ON r.outstanding > 0 AND r.due_date <= p.last AND r.issue_date <= p.last
    UNION ALL
    SELECT p.period, s.receivable_id, sum(s.base_amount),
           sum(s.base_amount) FILTER (WHERE s.date <= p.last AND s.receipt_id IS NOT NULL)
    FROM w AS p
    JOIN receivables_settlementline s ON s.date >= p.first
    JOIN receivables_receivable r ON r.id = s.receivable_id AND r.due_date <= p.last AND r.issue_date <= p.last
    GROUP BY p.period, s.receivable_id
) o
JOIN receivables_receivable r ON r.id = o.id AND NOT (r.disputed AND %(skip_disputed)s)
JOIN customers_customer c ON c.id = r.customer_id
GROUP BY o.period, r.id, c.region
HAVING sum(o.open) > 0
