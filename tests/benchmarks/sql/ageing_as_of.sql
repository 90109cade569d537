-- Yardstick: ageing by customer as of a past day, by due date, in base currency.
WITH used AS (
    SELECT receivable_id, sum(base_amount) AS amount FROM receivables_settlementline
    WHERE date <= %(as_of)s GROUP BY receivable_id
),
open AS (
    SELECT i.customer_id, i.base_amount - coalesce(u.amount, 0) AS amount, %(as_of)s::date - i.due_date AS days
    FROM receivables_receivable i LEFT JOIN used u ON u.receivable_id = i.id
    WHERE i.issue_date <= %(as_of)s
)
SELECT customer_id, sum(amount) FILTER (WHERE days <= 0), sum(amount) FILTER (WHERE days BETWEEN 1 AND 30),
       sum(amount) FILTER (WHERE days BETWEEN 31 AND 60), sum(amount) FILTER (WHERE days BETWEEN 61 AND 90),
       sum(amount) FILTER (WHERE days > 90), sum(amount)
FROM open GROUP BY customer_id HAVING sum(amount) <> 0
