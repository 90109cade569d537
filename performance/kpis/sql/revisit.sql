-- Customers whose visit by their own rhythm, else by that of their class, fell due in the period, or was due before and still open: num 1
-- where every due day was met (what was open from before: where they were visited in it). A day that is not over is
-- no miss. For who had the customer on the last day counted.
SELECT q.period, 'customer' AS source, q.customer_id AS source_id, q.due AS date, o.owner_id, o.team_id,
       q.customer_id, NULL::bigint AS product_id, q.region, NULL::text AS unit,
       q.kept::int::numeric AS num, 1::numeric AS den
FROM (
    SELECT p.period, p.as_of, c.id AS customer_id, c.region, r.due, r.kept
    FROM w AS p
    JOIN customers_customer c ON c.merged_into_id IS NULL AND c.created_date <= p.as_of
    JOIN LATERAL (
        SELECT COALESCE(c.visit_every, CASE c.customer_class WHEN 'important' THEN %(rhythm_important)s
                                       WHEN 'general' THEN %(rhythm_general)s
                                       WHEN 'potential' THEN %(rhythm_potential)s END) AS days
    ) k ON k.days > 0
    CROSS JOIN LATERAL (
        SELECT max(y.due) AS due, bool_and(y.met) AS kept
        FROM (
            SELECT GREATEST(x.day + k.days, p.first) AS due,
                   COALESCE(lead(x.day) OVER (ORDER BY x.day)
                            <= CASE WHEN x.day + k.days < p.first THEN p.as_of ELSE x.day + k.days END, false) AS met
            FROM (
                SELECT COALESCE((
                    SELECT v.visit_date FROM customers_visit v
                    WHERE v.customer_id = c.id AND v.visit_date < p.first AND v.state = 'done'
                      AND v.kind = ANY(%(rhythm_kinds)s)
                    ORDER BY v.visit_date DESC, v.id DESC LIMIT 1), c.created_date) AS day
                UNION ALL
                SELECT v.visit_date FROM customers_visit v
                WHERE v.customer_id = c.id AND v.visit_date BETWEEN p.first AND p.as_of AND v.state = 'done'
                  AND v.kind = ANY(%(rhythm_kinds)s)
            ) x
        ) y
        WHERE y.due <= p.as_of AND (y.due < p.today OR y.met)
    ) r
    WHERE r.due IS NOT NULL
) q
JOIN LATERAL (
    SELECT h.owner_id, h.team_id FROM customers_customerownership h
    WHERE h.customer_id = q.customer_id AND h.from_date <= q.as_of AND (h.to_date IS NULL OR h.to_date >= q.as_of)
    ORDER BY h.share DESC, h.id LIMIT 1
) o ON true
