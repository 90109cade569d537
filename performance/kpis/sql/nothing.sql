SELECT NULL::text AS code, NULL::text AS period, NULL::text AS source, NULL::bigint AS source_id,
       NULL::date AS date, NULL::bigint AS owner_id, NULL::bigint AS team_id, NULL::bigint AS department_id,
       NULL::bigint AS customer_id, NULL::bigint AS product_id, NULL::text AS region, NULL::text AS category,
       NULL::text AS unit, NULL::numeric AS num, NULL::numeric AS den
WHERE false
