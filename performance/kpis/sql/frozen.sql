-- rows frozen at the close of their month, under the period that was asked for
SELECT k.code, a.asked AS period, k.source, k.source_id, k.date, k.owner_id, k.team_id, k.department_id,
       k.customer_id, k.product_id, k.region, k.category, k.unit, k.num, k.den
FROM unnest(%(frozen_asked)s::text[], %(frozen_periods)s::text[], %(frozen_codes)s::text[])
     AS a(asked, period, code)
JOIN performance_kpifact k ON k.period = a.period AND k.code = a.code
