-- the same, already summed by person, team and unit at the close
SELECT k.code, a.asked AS period, NULL::text AS source, NULL::bigint AS source_id, NULL::date AS date,
       k.owner_id, k.team_id, k.department_id, NULL::bigint AS customer_id, NULL::bigint AS product_id,
       NULL::text AS region, NULL::text AS category, k.unit, k.num, k.den
FROM unnest(%(frozen_asked)s::text[], %(frozen_periods)s::text[], %(frozen_codes)s::text[])
     AS a(asked, period, code)
JOIN performance_kpifigure k ON k.dimension = 'post' AND k.period = a.period AND k.code = a.code
