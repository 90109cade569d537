-- Yardstick: ageing by customer today from stored balances, with names, unallocated money and totals.
WITH item AS (
    SELECT customer_id, coalesce(sum(outstanding_base) FILTER (WHERE days <= 0), 0) AS b0,
           coalesce(sum(outstanding_base) FILTER (WHERE days BETWEEN 1 AND 30), 0) AS b1,
           coalesce(sum(outstanding_base) FILTER (WHERE days BETWEEN 31 AND 60), 0) AS b2,
           coalesce(sum(outstanding_base) FILTER (WHERE days BETWEEN 61 AND 90), 0) AS b3,
           coalesce(sum(outstanding_base) FILTER (WHERE days > 90), 0) AS b4, sum(outstanding_base) AS outstanding
    FROM (SELECT customer_id, outstanding_base, %(as_of)s::date - due_date AS days FROM receivables_receivable
          WHERE outstanding > 0) i
    GROUP BY customer_id
),
money AS (
    SELECT customer_id, sum(round(unallocated * base_rate, 2)) AS unallocated FROM (
        SELECT customer_id, unallocated, base_rate FROM receivables_receipt WHERE unallocated > 0
        UNION ALL
        SELECT customer_id, unallocated, base_rate FROM receivables_creditnote WHERE unallocated > 0
    ) m GROUP BY customer_id
),
both_sides AS (
    SELECT customer_id, coalesce(b0, 0) AS b0, coalesce(b1, 0) AS b1, coalesce(b2, 0) AS b2, coalesce(b3, 0) AS b3,
           coalesce(b4, 0) AS b4, coalesce(unallocated, 0) AS unallocated, coalesce(outstanding, 0) AS outstanding
    FROM item FULL JOIN money USING (customer_id)
)
SELECT '' AS code, '' AS name, sum(b0), sum(b1), sum(b2), sum(b3), sum(b4), sum(unallocated),
       sum(outstanding) AS outstanding
FROM both_sides
UNION ALL
SELECT c.code, coalesce(nullif(c.short_name, ''), c.name), b0, b1, b2, b3, b4, unallocated, outstanding
FROM both_sides b JOIN customers_customer c ON c.id = b.customer_id
ORDER BY outstanding DESC
