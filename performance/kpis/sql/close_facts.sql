INSERT INTO performance_kpifact (code, period, source, source_id, date, owner_id, team_id, department_id,
                                 customer_id, product_id, region, category, unit, num, den)
{facts}
SELECT code, period, source, source_id, date, owner_id, team_id, department_id, customer_id, product_id,
       COALESCE(region, ''), COALESCE(category, ''), unit, num, den
FROM facts
