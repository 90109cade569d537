-- sales, basis invoice: the lines of the order in the share that was invoiced; an open item without an order
-- counts whole, since its tax is not known.
SELECT p.period, 'receivable' AS source, r.id AS source_id, r.issue_date AS date, o.owner_id, o.team_id,
       o.customer_id, l.product_id, o.region, pr.unit,
       CASE WHEN r.amount = o.total THEN l.base_net
            ELSE round(l.base_net * r.amount / o.total, %(coins)s) END AS amount,
       CASE WHEN r.amount = o.total THEN l.quantity ELSE l.quantity * r.amount / o.total END AS quantity
FROM p
JOIN receivables_receivable r ON r.issue_date BETWEEN p.first AND p.last
JOIN orders_order o ON o.id = r.order_id AND o.total > 0
JOIN orders_orderline l ON l.order_id = o.id
JOIN catalog_product pr ON pr.id = l.product_id
UNION ALL
SELECT p.period, 'receivable', r.id, r.issue_date, r.owner_id, r.team_id, r.customer_id, NULL, c.region, NULL,
       r.base_amount, 0
FROM p
JOIN receivables_receivable r ON r.issue_date BETWEEN p.first AND p.last
     AND r.order_id IS NULL
JOIN customers_customer c ON c.id = r.customer_id
