-- visits and other contacts that took place, by the day they count for
SELECT p.period, 'visit' AS source, v.id AS source_id, v.visit_date AS date, v.owner_id, v.team_id,
       v.customer_id, NULL::bigint AS product_id, c.region, NULL::text AS unit, 1::numeric AS num,
       NULL::numeric AS den
FROM p
JOIN customers_visit v ON v.state = 'done' AND v.visit_date BETWEEN p.first AND p.last
     AND v.visit_date BETWEEN %(p_least_first)s AND %(p_most_last)s
LEFT JOIN customers_customer c ON c.id = v.customer_id
