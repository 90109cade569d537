-- A / B per item (domain §4): B = open at the start of the period, or the amount of what was issued inside it,
-- of items due by its end; A = money allocated inside the period to exactly those items. What was open at the
-- start is what is open now plus what was settled since, so a recent period reads only open items and new lines.
SELECT o.period, 'receivable' AS source, o.id AS source_id, o.due_date AS date, o.owner_id, o.team_id,
       o.customer_id, NULL::bigint AS product_id, c.region, NULL::text AS unit,
       LEAST(open, GREATEST(inside, 0)) AS num, open AS den
FROM (
    SELECT e.period, e.id, e.due_date, e.owner_id, e.team_id, e.customer_id, sum(e.open) AS open, COALESCE(sum(e.inside), 0) AS inside
    FROM (
        SELECT p.period, r.id, r.due_date, r.owner_id, r.team_id, r.customer_id, r.outstanding_base AS open,
               NULL::numeric AS inside
        FROM w AS p
        JOIN receivables_receivable r ON r.outstanding > 0 AND r.due_date <= p.last AND r.issue_date <= p.last
             AND NOT (r.disputed AND %(skip_disputed)s)
        UNION ALL
        SELECT p.period, r.id, r.due_date, r.owner_id, r.team_id, r.customer_id, s.base_amount,
               CASE WHEN s.date <= p.last AND s.receipt_id IS NOT NULL THEN s.base_amount END
        FROM w AS p
        JOIN receivables_settlementline s ON s.date >= p.first AND s.date >= %(w_least_first)s
        JOIN receivables_receivable r ON r.id = s.receivable_id AND r.due_date <= p.last AND r.issue_date <= p.last
             AND NOT (r.disputed AND %(skip_disputed)s)
    ) e
    GROUP BY e.period, e.id, e.due_date, e.owner_id, e.team_id, e.customer_id
    HAVING sum(e.open) > 0
) o
LEFT JOIN customers_customer c ON c.id = o.customer_id
