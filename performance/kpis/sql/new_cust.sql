-- customers whose first confirmed order or effective contract falls in the period; once each, to the owner of
-- that first deal. On one day the contract comes before the order.
SELECT p.period, 'order' AS source, o.id AS source_id, o.order_date AS date, o.owner_id, o.team_id,
       o.customer_id, NULL::bigint AS product_id, o.region, NULL::text AS unit, 1::numeric AS num,
       NULL::numeric AS den
FROM p
JOIN orders_order o ON o.order_date BETWEEN p.first AND p.last
     AND o.order_date BETWEEN %(p_least_first)s AND %(p_most_last)s AND o.state IN ('confirmed', 'shipped')
WHERE NOT EXISTS (
        SELECT 1 FROM orders_order e
        WHERE e.customer_id = o.customer_id AND e.state IN ('confirmed', 'shipped')
          AND (e.order_date < o.order_date OR (e.order_date = o.order_date AND e.id < o.id)))
  AND NOT EXISTS (
        SELECT 1 FROM contracts_contract k
        WHERE k.customer_id = o.customer_id AND k.state IN ('effective', 'completed', 'terminated')
          AND COALESCE(k.signed_date, k.start_date) <= o.order_date)
UNION ALL
SELECT p.period, 'contract', k.id, COALESCE(k.signed_date, k.start_date), k.owner_id, k.team_id, k.customer_id,
       NULL, c.region, NULL, 1, NULL
FROM p
JOIN contracts_contract k ON COALESCE(k.signed_date, k.start_date) BETWEEN p.first AND p.last
     AND k.state IN ('effective', 'completed', 'terminated')
JOIN customers_customer c ON c.id = k.customer_id
WHERE NOT EXISTS (
        SELECT 1 FROM contracts_contract e
        WHERE e.customer_id = k.customer_id AND e.state IN ('effective', 'completed', 'terminated')
          AND (COALESCE(e.signed_date, e.start_date) < COALESCE(k.signed_date, k.start_date)
               OR (COALESCE(e.signed_date, e.start_date) = COALESCE(k.signed_date, k.start_date)
                   AND e.id < k.id)))
  AND NOT EXISTS (
        SELECT 1 FROM orders_order o
        WHERE o.customer_id = k.customer_id AND o.state IN ('confirmed', 'shipped')
          AND o.order_date < COALESCE(k.signed_date, k.start_date))
