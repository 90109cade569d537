-- open on the as-of day and due before it: the due day itself is not overdue
SELECT p.period, 'receivable' AS source, r.id AS source_id, r.due_date AS date, r.owner_id, r.team_id,
       r.customer_id, NULL::bigint AS product_id, c.region, NULL::text AS unit,
       r.base_amount - COALESCE(s.settled, 0) AS num, NULL::numeric AS den
FROM w AS p
JOIN receivables_receivable r ON r.due_date < p.as_of AND r.issue_date <= p.as_of
JOIN customers_customer c ON c.id = r.customer_id
LEFT JOIN (
    SELECT q.period, s.receivable_id, sum(s.base_amount) AS settled
    FROM w AS q
    JOIN receivables_settlementline s ON s.date <= q.as_of
    GROUP BY q.period, s.receivable_id
) s ON s.period = p.period AND s.receivable_id = r.id
WHERE r.base_amount - COALESCE(s.settled, 0) > 0
