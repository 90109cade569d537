SELECT '{code}' AS code, x.period, x.source, x.source_id, x.date, {owner}, {team}, d.department_id,
       x.customer_id, x.product_id, {region} AS region, {category} AS category, x.unit, {num}, {den}
FROM (
{body}
) x{shares}
LEFT JOIN dept d ON d.team_id = {dept_team}{products}
