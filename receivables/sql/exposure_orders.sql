-- What each order adds to the exposure of its customer, in base currency: of an order counts what no receivable
-- stands for yet, less what came back of it with its tax. What a payment plan has billed for its contract as a whole
-- (advances, fixed days) stands for the goods of its orders, the ones shipped first before the others: it is owed as
-- an item, and not once more as an order. Without a family: of all customers.
SELECT f.id, f.customer_id, f.state, f.this, f.billed + f.advance AS billed, f.back, f.left_over - f.advance AS left_over
FROM (
    SELECT e.id, e.customer_id, e.state, e.this, e.counts, e.billed, e.back, e.left_over,
           least(greatest(e.advances - sum(e.left_over) OVER w + e.left_over, 0), e.left_over) AS advance
    FROM (
        SELECT d.id, d.customer_id, d.state, d.id = %(order)s AS this, d.shipped_date, coalesce(b.base, 0) AS billed, k.back,
               greatest(d.base_total - coalesce(b.base, 0) - k.back, 0) AS left_over,
               p.contract_id AS planned, coalesce(a.base, 0) AS advances,
               d.id = %(order)s OR d.state = 'confirmed'
                   OR (d.state = 'shipped' AND d.shipped_date > %(on)s::date - %(unbilled_days)s::int) AS counts
        FROM orders_order d
        LEFT JOIN contracts_contract c ON c.id = d.contract_id AND c.currency_id = d.currency_id
        LEFT JOIN contracts_paymentplan p ON p.contract_id = c.id AND p.current
        LEFT JOIN LATERAL (
            SELECT sum(r.base_amount) AS base FROM receivables_receivable r WHERE r.order_id = d.id
        ) b ON true
        LEFT JOIN LATERAL (
            SELECT sum(r.base_amount) AS base FROM receivables_receivable r
            WHERE r.contract_id = p.contract_id AND r.order_id IS NULL AND r.plan_line IS NOT NULL
        ) a ON true
        CROSS JOIN LATERAL (
            SELECT round(coalesce(sum(x.base_net), 0)
                         * CASE WHEN d.base_net > 0 THEN d.base_total / d.base_net ELSE 1 END, %(coins)s) AS back
            FROM orders_return x WHERE x.order_id = d.id
        ) k
        WHERE (%(family)s::bigint[] IS NULL OR d.customer_id = ANY(%(family)s::bigint[]))
          AND (d.id = %(order)s OR d.state = 'confirmed' OR (d.state = 'shipped'
               AND (d.shipped_date > %(on)s::date - %(unbilled_days)s::int OR p.id IS NOT NULL)))
    ) e
    WINDOW w AS (PARTITION BY coalesce(e.planned, -e.id) ORDER BY e.this, e.shipped_date, e.id)
) f
WHERE f.counts
