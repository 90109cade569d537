-- visits planned for the period: done / planned; a plan of today or later counts once it is done
SELECT p.period, 'visit' AS source, v.id AS source_id, v.planned_date AS date, v.owner_id, v.team_id,
       v.customer_id, NULL::bigint AS product_id, c.region, NULL::text AS unit,
       (v.state = 'done')::int::numeric AS num, 1::numeric AS den
FROM p
JOIN customers_visit v ON v.planned_date BETWEEN p.first AND p.last
     AND v.planned_date BETWEEN %(p_least_first)s AND %(p_most_last)s AND v.state IN ('planned', 'done')
     AND (v.state = 'done' OR v.planned_date < p.today)
LEFT JOIN customers_customer c ON c.id = v.customer_id
