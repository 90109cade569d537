-- What a customer (with the files merged into it) owes and will owe, in base currency, and what it has to its credit.
-- The rows of exposure_orders.sql are put in front of it as "o".
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
FROM o
