-- orders shipped, by shipping date
SELECT p.period, 'order' AS source, o.id AS source_id, o.shipped_date AS date, o.owner_id, o.team_id,
       o.customer_id, NULL::bigint AS product_id, o.region, NULL::text AS unit, 1::numeric AS num,
       NULL::numeric AS den
FROM p
JOIN orders_order o ON o.shipped_date BETWEEN p.first AND p.last
     AND o.shipped_date BETWEEN %(p_least_first)s AND %(p_most_last)s AND o.state = 'shipped'
