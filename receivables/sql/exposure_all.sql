-- The exposure of every file (with those merged into it) that has any, in base currency: what exposure.sql adds up for one.
-- The rows of exposure_orders.sql are put in front of it as "o".
SELECT coalesce(c.merged_into_id, c.id) AS customer_id, sum(x.amount) AS total
FROM (
    SELECT customer_id, outstanding_base AS amount FROM receivables_receivable WHERE outstanding > 0
    UNION ALL
    SELECT customer_id, left_over FROM o
    UNION ALL
    SELECT customer_id, -round(unallocated * base_rate, %(coins)s) FROM receivables_receipt WHERE unallocated > 0
    UNION ALL
    SELECT customer_id, -round(unallocated * base_rate, %(coins)s) FROM receivables_creditnote WHERE unallocated > 0
) x JOIN customers_customer c ON c.id = x.customer_id
GROUP BY 1
