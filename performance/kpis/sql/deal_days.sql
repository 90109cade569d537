-- days from the opening of a deal (the day on which it was engaged, if known) to winning it, per deal won
SELECT p.period, 'opportunity' AS source, d.id AS source_id, d.closed_date AS date, d.owner_id, d.team_id,
       d.customer_id, d.product_id, c.region, NULL::text AS unit,
       GREATEST(d.closed_date - COALESCE(d.engaged_date, d.created_date), 0)::numeric AS num, 1::numeric AS den
FROM p
JOIN customers_opportunity d ON d.stage = 'won' AND d.closed_date BETWEEN p.first AND p.last
     AND d.closed_date BETWEEN %(p_least_first)s AND %(p_most_last)s
LEFT JOIN customers_customer c ON c.id = d.customer_id
