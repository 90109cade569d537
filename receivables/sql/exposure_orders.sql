-- What each order adds to the exposure of its customer, in base currency: of an order counts what no receivable
-- stands for yet, less what came back of it with its tax.
SELECT d.id, d.state, d.id = %(order)s AS this, coalesce(b.base, 0) AS billed,
       k.back, greatest(d.base_total - coalesce(b.base, 0) - k.back, 0) AS left_over
FROM orders_order d
LEFT JOIN LATERAL (SELECT sum(r.base_amount) AS base FROM receivables_receivable r WHERE r.order_id = d.id) b
    ON true
CROSS JOIN LATERAL (
    SELECT round(coalesce(sum(x.base_net), 0)
                 * CASE WHEN d.base_net > 0 THEN d.base_total / d.base_net ELSE 1 END, %(coins)s) AS back
    FROM orders_return x WHERE x.order_id = d.id
) k
WHERE d.customer_id = ANY(%(family)s)
  AND (d.id = %(order)s OR d.state = 'confirmed'
       OR (d.state = 'shipped' AND d.shipped_date > %(on)s::date - %(unbilled_days)s::int))
