-- Yardstick: ageing by customer as of a past day, by due date, in base currency, with names, unallocated money and
-- totals; back from the stored balances, since that reads fewer lines than from the beginning. Receipts with money
-- left and receipts used since are two reads: asked with OR, PostgreSQL walks every receipt by its key (7 to 16 s).
WITH item AS (
    SELECT customer_id, coalesce(sum(amount) FILTER (WHERE days <= 0), 0) AS b0,
           coalesce(sum(amount) FILTER (WHERE days BETWEEN 1 AND 30), 0) AS b1,
           coalesce(sum(amount) FILTER (WHERE days BETWEEN 31 AND 60), 0) AS b2,
           coalesce(sum(amount) FILTER (WHERE days BETWEEN 61 AND 90), 0) AS b3,
           coalesce(sum(amount) FILTER (WHERE days > 90), 0) AS b4, sum(amount) AS outstanding
    FROM (
        SELECT customer_id, outstanding_base AS amount, %(as_of)s::date - due_date AS days
        FROM receivables_receivable WHERE outstanding > 0 AND issue_date <= %(as_of)s
        UNION ALL
        SELECT i.customer_id, l.base_amount, %(as_of)s::date - i.due_date
        FROM receivables_settlementline l JOIN receivables_receivable i ON i.id = l.receivable_id
        WHERE l.date > %(as_of)s AND i.issue_date <= %(as_of)s
    ) o GROUP BY customer_id
),
later AS (
    SELECT receipt_id, credit_note_id, sum(amount) AS amount FROM receivables_settlementline
    WHERE date > %(as_of)s GROUP BY receipt_id, credit_note_id
),
money AS (
    SELECT customer_id, sum(round(amount * base_rate, 2)) AS unallocated FROM (
        SELECT r.customer_id, r.base_rate, r.unallocated + coalesce(l.amount, 0) AS amount
        FROM receivables_receipt r LEFT JOIN later l ON l.receipt_id = r.id
        WHERE r.unallocated > 0 AND r.received_date <= %(as_of)s AND r.reversal_of_id IS NULL
          AND (r.reversed_date IS NULL OR r.reversed_date > %(as_of)s)
        UNION ALL
        SELECT r.customer_id, r.base_rate, l.amount
        FROM later l JOIN receivables_receipt r ON r.id = l.receipt_id
        WHERE r.unallocated = 0 AND r.received_date <= %(as_of)s AND r.reversal_of_id IS NULL
          AND (r.reversed_date IS NULL OR r.reversed_date > %(as_of)s)
        UNION ALL
        SELECT n.customer_id, n.base_rate, n.unallocated + coalesce(l.amount, 0)
        FROM receivables_creditnote n LEFT JOIN later l ON l.credit_note_id = n.id
        WHERE n.date <= %(as_of)s AND n.reversal_of_id IS NULL
          AND (n.reversed_date IS NULL OR n.reversed_date > %(as_of)s)
          AND (n.unallocated > 0 OR l.credit_note_id IS NOT NULL)
    ) m WHERE amount <> 0 GROUP BY customer_id
),
both_sides AS (
    SELECT customer_id, coalesce(b0, 0) AS b0, coalesce(b1, 0) AS b1, coalesce(b2, 0) AS b2, coalesce(b3, 0) AS b3,
           coalesce(b4, 0) AS b4, coalesce(unallocated, 0) AS unallocated, coalesce(outstanding, 0) AS outstanding
    FROM item FULL JOIN money USING (customer_id) WHERE outstanding <> 0 OR unallocated <> 0
)
SELECT '' AS code, '' AS name, sum(b0), sum(b1), sum(b2), sum(b3), sum(b4), sum(unallocated),
       sum(outstanding) AS outstanding
FROM both_sides
UNION ALL
SELECT c.code, coalesce(nullif(c.short_name, ''), c.name), b0, b1, b2, b3, b4, unallocated, outstanding
FROM both_sides b JOIN customers_customer c ON c.id = b.customer_id
ORDER BY outstanding DESC
