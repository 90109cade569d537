-- When each open item is expected to be paid, and with which probability: due date + the customer's own median delay
-- of the items it settled in a year (the house's where it settled too few), bounded; the steps of probability by age.
-- An open promise to pay, the customer's word on one item, stands before the customer's habit.
WITH paid AS (
    SELECT i.customer_id, greatest(max(l.date) - i.due_date, 0) AS delay
    FROM receivables_receivable i JOIN receivables_settlementline l ON l.receivable_id = i.id
    WHERE i.outstanding = 0 AND i.due_date BETWEEN %(on)s::date - 450 AND %(on)s::date
    GROUP BY i.id HAVING max(l.date) > %(on)s::date - 365
),
habit AS (
    SELECT customer_id, count(*) AS items, percentile_disc(0.5) WITHIN GROUP (ORDER BY delay) AS delay
    FROM paid GROUP BY customer_id HAVING count(*) >= %(enough)s
),
house AS (SELECT coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY delay), 0) AS delay FROM paid),
word AS (
    SELECT receivable_id, min(due_date) AS day FROM receivables_promise
    WHERE state = 'open' AND receivable_id IS NOT NULL AND due_date >= %(on)s GROUP BY receivable_id
),
expected AS (
    SELECT i.id, i.outstanding_base AS amount, w.day AS promised, coalesce(h.items, 0) AS items,
           least(coalesce(h.delay, house.delay), %(longest)s) AS delay,
           greatest(coalesce(w.day, i.due_date + least(coalesce(h.delay, house.delay), %(longest)s)::int), %(on)s::date)
               AS day,
           greatest(%(on)s::date - i.due_date, 0) AS late, i.disputed
    FROM receivables_receivable i CROSS JOIN house
    LEFT JOIN habit h ON h.customer_id = i.customer_id
    LEFT JOIN word w ON w.receivable_id = i.id
    WHERE i.outstanding > 0 {items}
)
SELECT id, amount, day, (day - %(on)s::date) / 7 AS week, promised, items, delay, late, disputed,
       (%(chances)s::numeric[])[width_bucket(late, %(steps)s::int[]) + 1] * CASE WHEN disputed THEN 0.5 ELSE 1 END AS chance
FROM expected
