-- sales, basis shipment: lines without tax and freight in base currency; returns and credit notes are added apart.
SELECT p.period, 'orderline' AS source, l.id AS source_id, o.shipped_date AS date, o.owner_id, o.team_id,
       o.customer_id, l.product_id, o.region, pr.unit, l.base_net AS amount, l.quantity
FROM p
JOIN orders_order o ON o.shipped_date BETWEEN p.first AND p.last
     AND o.shipped_date BETWEEN %(p_least_first)s AND %(p_most_last)s AND o.state = 'shipped'
JOIN orders_orderline l ON l.order_id = o.id
JOIN catalog_product pr ON pr.id = l.product_id
