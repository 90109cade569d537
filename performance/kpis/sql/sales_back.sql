-- What goes back counts negative on its own date, to the owner and team of the sale (domain §4 r). A credit
-- note on an order that also has returns is the paper of those returns and is not counted a second time; one on
-- a cancelled order takes back what was only ever invoiced.
SELECT p.period, 'return' AS source, b.id AS source_id, b.return_date AS date, o.owner_id, o.team_id,
       o.customer_id, l.product_id, o.region, pr.unit, -b.base_net AS amount, -b.quantity AS quantity
FROM p
JOIN orders_return b ON b.return_date BETWEEN p.first AND p.last
JOIN orders_order o ON o.id = b.order_id AND o.state IN ('confirmed', 'shipped')
LEFT JOIN orders_orderline l ON l.id = b.line_id
LEFT JOIN catalog_product pr ON pr.id = l.product_id
UNION ALL
SELECT p.period, 'creditnote', n.id, n.date,
       CASE WHEN o.id IS NOT NULL THEN o.owner_id WHEN r.id IS NOT NULL THEN r.owner_id ELSE n.owner_id END,
       CASE WHEN o.id IS NOT NULL THEN o.team_id WHEN r.id IS NOT NULL THEN r.team_id ELSE n.team_id END,
       n.customer_id, NULL, COALESCE(NULLIF(o.region, ''), c.region), NULL,
       -CASE WHEN o.total > 0 THEN round((e.base + n.base_amount) * o.net / o.total, %(coins)s)
                                   - round(e.base * o.net / o.total, %(coins)s)
             ELSE n.base_amount END, 0
FROM p
JOIN receivables_creditnote n ON n.date BETWEEN p.first AND p.last
JOIN customers_customer c ON c.id = n.customer_id
LEFT JOIN receivables_receivable r ON r.id = n.receivable_id
LEFT JOIN orders_order o ON o.id = r.order_id
-- the share without tax counts on from the notes before it, so that the parts of an order make the whole
LEFT JOIN LATERAL (SELECT COALESCE(sum(b.base_amount), 0) AS base FROM receivables_creditnote b
                   WHERE b.receivable_id = n.receivable_id AND (b.date, b.id) < (n.date, n.id)) e ON true
WHERE NOT EXISTS (SELECT 1 FROM orders_return b WHERE b.order_id = r.order_id)
  AND (o.id IS NULL OR o.state IN ('confirmed', 'shipped') OR %(invoiced)s)
