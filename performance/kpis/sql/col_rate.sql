-- A / B per item (domain §4): B = open at the start of the period, or the amount of what was issued inside it,
-- of items due by its end; A = money allocated inside the period to exactly those items. What was open at the
-- start is what is open now plus what was settled since, so a recent period reads only open items and new lines.
(
    WITH later AS (
        SELECT p.period, s.receivable_id, sum(s.base_amount) AS amount,
               COALESCE(sum(s.base_amount) FILTER (WHERE s.date <= p.last AND s.receipt_id IS NOT NULL), 0) AS inside
        FROM w AS p
        JOIN receivables_settlementline s ON s.date >= p.first AND s.date >= %(w_least_first)s
        JOIN receivables_receivable r ON r.id = s.receivable_id AND r.due_date <= p.last AND r.issue_date <= p.last
             AND NOT (r.disputed AND %(skip_disputed)s)
        GROUP BY p.period, s.receivable_id
    )
    SELECT o.period, 'receivable' AS source, o.id AS source_id, o.due_date AS date, o.owner_id, o.team_id,
           o.customer_id, NULL::bigint AS product_id, c.region, NULL::text AS unit,
           LEAST(open, GREATEST(inside, 0)) AS num, open AS den
    FROM (
        SELECT p.period, r.id, r.due_date, r.owner_id, r.team_id, r.customer_id,
               r.outstanding_base + COALESCE(s.amount, 0) AS open, COALESCE(s.inside, 0) AS inside
        FROM w AS p
        JOIN receivables_receivable r ON r.outstanding > 0 AND r.due_date <= p.last AND r.issue_date <= p.last
             AND NOT (r.disputed AND %(skip_disputed)s)
        LEFT JOIN later s ON s.period = p.period AND s.receivable_id = r.id
        UNION ALL
        SELECT s.period, r.id, r.due_date, r.owner_id, r.team_id, r.customer_id,
               r.outstanding_base + s.amount, s.inside
        FROM later AS s
        JOIN receivables_receivable r ON r.id = s.receivable_id AND NOT r.outstanding > 0
    ) o
    LEFT JOIN customers_customer c ON c.id = o.customer_id
    WHERE open > 0
)
