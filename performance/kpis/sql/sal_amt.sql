SELECT period, source, source_id, date, owner_id, team_id, customer_id, product_id, region, NULL::text AS unit,
       amount AS num, NULL::numeric AS den
FROM sales
