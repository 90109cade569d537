SELECT '{code}' AS code, x.period, x.source, x.source_id, x.date, x.owner_id, x.team_id, d.department_id,
       x.customer_id, x.product_id, {region} AS region, {category} AS category, x.unit, x.num, x.den
FROM (
{body}
) x
LEFT JOIN dept d ON d.team_id = x.team_id{products}
