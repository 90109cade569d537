-- visits that took place, by local day
SELECT p.period, 'visit' AS source, v.id AS source_id, (v.visited_at AT TIME ZONE %(zone)s)::date AS date,
       v.owner_id, v.team_id, v.customer_id, NULL::bigint AS product_id, c.region, NULL::text AS unit,
       1::numeric AS num, NULL::numeric AS den
FROM p
JOIN customers_visit v ON v.state = 'done'
     AND v.visited_at >= p.first::timestamp AT TIME ZONE %(zone)s
     AND v.visited_at < (p.last + 1)::timestamp AT TIME ZONE %(zone)s
JOIN customers_customer c ON c.id = v.customer_id
