SELECT f.source, f.source_id AS id, f.date, f.num, f.den, f.unit, COALESCE(f.region, '') AS region, COALESCE(f.category, '') AS category,
       COALESCE(u.username, '') AS owner, COALESCE(u.name, '') AS owner_name, COALESCE(t.code, '') AS team,
       COALESCE(t.name, '') AS team_name, COALESCE(d.code, '') AS department, COALESCE(c.code, '') AS customer,
       COALESCE(NULLIF(c.short_name, ''), c.name, '') AS customer_name, COALESCE(r.code, '') AS product,
       COALESCE(r.name, '') AS product_name
FROM (
    SELECT * FROM facts
    WHERE {where}
    ORDER BY date, source, source_id, product_id, owner_id
    LIMIT %(limit)s OFFSET %(offset)s
) f
LEFT JOIN accounts_user u ON u.id = f.owner_id
LEFT JOIN accounts_team t ON t.id = f.team_id
LEFT JOIN accounts_team d ON d.id = f.department_id
LEFT JOIN customers_customer c ON c.id = f.customer_id
LEFT JOIN catalog_product r ON r.id = f.product_id
ORDER BY f.date, f.source, f.source_id, f.product_id, f.owner_id
