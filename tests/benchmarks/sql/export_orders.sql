-- Yardstick of the export: the same columns and order, formulas not looked for.
SELECT o.number, coalesce(nullif(c.short_name, ''), c.name) AS customer, o.state, o.order_date, o.promised_date,
       o.shipped_date, o.total, u.name AS owner
FROM orders_order o
JOIN customers_customer c ON c.id = o.customer_id
LEFT JOIN accounts_user u ON u.id = o.owner_id
WHERE o.order_date >= %(since)s::date
ORDER BY o.order_date DESC, o.id DESC
