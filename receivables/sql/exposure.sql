-- What a customer (with the files merged into it) owes and will owe, in base currency, and what it has to its credit.
SELECT
    (SELECT coalesce(sum(i.outstanding_base), 0) FROM receivables_receivable i
     WHERE i.customer_id = ANY(%(family)s) AND i.outstanding > 0) AS items,
    (SELECT coalesce(max(%(on)s::date - i.due_date), 0) FROM receivables_receivable i
     WHERE i.customer_id = ANY(%(family)s) AND i.outstanding > 0 AND NOT i.disputed AND i.due_date < %(on)s
       AND i.outstanding_base >= %(tolerance)s) AS overdue_days,
    coalesce(sum(o.left_over) FILTER (WHERE o.state = 'shipped' AND NOT o.this), 0) AS unbilled,
    coalesce(sum(o.left_over) FILTER (WHERE o.state = 'confirmed' AND NOT o.this), 0) AS confirmed,
    coalesce(sum(o.left_over) FILTER (WHERE o.this), 0) AS this_order,
    (SELECT coalesce(sum(round(m.unallocated * m.base_rate, %(coins)s)), 0) FROM (
        SELECT unallocated, base_rate, customer_id FROM receivables_receipt WHERE unallocated > 0
        UNION ALL
        SELECT unallocated, base_rate, customer_id FROM receivables_creditnote WHERE unallocated > 0
     ) m WHERE m.customer_id = ANY(%(family)s)) AS unallocated
FROM (
    -- of an order counts what no receivable stands for yet, less what came back of it with its tax
    SELECT d.state, d.id = %(order)s AS this,
           greatest(d.base_total - coalesce(b.base, 0)
                    - round(coalesce(k.base, 0) * CASE WHEN d.base_net > 0 THEN d.base_total / d.base_net ELSE 1 END,
                            %(coins)s), 0) AS left_over
    FROM orders_order d
    LEFT JOIN LATERAL (SELECT sum(r.base_amount) AS base FROM receivables_receivable r WHERE r.order_id = d.id) b
        ON true
    LEFT JOIN LATERAL (SELECT sum(x.base_net) AS base FROM orders_return x WHERE x.order_id = d.id) k ON true
    WHERE d.customer_id = ANY(%(family)s)
      AND (d.id = %(order)s OR d.state = 'confirmed'
           OR (d.state = 'shipped' AND d.shipped_date > %(on)s::date - %(unbilled_days)s::int))
) o
