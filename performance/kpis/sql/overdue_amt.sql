-- Open on the as-of day and due before it: the due day itself is not overdue. What was open on a day is what is
-- open now plus what was settled since, so a recent day reads only the open items and the lines after it.
(
    WITH later AS (
        SELECT p.period, s.receivable_id, sum(s.base_amount) AS amount
        FROM w AS p
        JOIN receivables_settlementline s ON s.date > p.as_of AND s.date > %(w_least_as_of)s
        JOIN receivables_receivable r ON r.id = s.receivable_id AND r.due_date < p.as_of AND r.issue_date <= p.as_of
        GROUP BY p.period, s.receivable_id
    )
    SELECT o.period, 'receivable' AS source, o.id AS source_id, o.due_date AS date, o.owner_id, o.team_id,
           o.customer_id, NULL::bigint AS product_id, c.region, NULL::text AS unit,
           open AS num, NULL::numeric AS den
    FROM (
        SELECT p.period, r.id, r.due_date, r.owner_id, r.team_id, r.customer_id,
               r.outstanding_base + COALESCE(s.amount, 0) AS open
        FROM w AS p
        JOIN receivables_receivable r ON r.outstanding > 0 AND r.due_date < p.as_of AND r.issue_date <= p.as_of
        LEFT JOIN later s ON s.period = p.period AND s.receivable_id = r.id
        UNION ALL
        SELECT s.period, r.id, r.due_date, r.owner_id, r.team_id, r.customer_id, r.outstanding_base + s.amount
        FROM later AS s
        JOIN receivables_receivable r ON r.id = s.receivable_id AND NOT r.outstanding > 0
    ) o
    LEFT JOIN customers_customer c ON c.id = o.customer_id
    WHERE open > 0
)
