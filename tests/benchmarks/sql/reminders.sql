-- Yardstick: a proposal for each item that is due soon or overdue and each person to be told (the owner in post,
-- else the customer's; the superior as well once it is overdue), with the day of its step, or the reason why
-- nobody is told; written to a table. Steps after 1, 15, 30, 60, 90 days, then every 30 days.
CREATE TEMPORARY TABLE bench_proposal ON COMMIT DROP AS
WITH person AS MATERIALIZED (
    SELECT u.id, b.id AS superior_id FROM accounts_user u
    LEFT JOIN accounts_user b ON b.id = u.superior_id AND b.is_active AND coalesce(b.left_date >= %(as_of)s, true)
    WHERE u.is_active AND coalesce(u.left_date >= %(as_of)s, true)
),
item AS MATERIALIZED (
    SELECT i.id, i.customer_id, i.outstanding, i.due_date, i.disputed, i.outstanding_base,
           coalesce(o.id, h.id) AS owner_id, coalesce(o.superior_id, h.superior_id) AS superior_id,
           %(as_of)s::date - i.due_date AS days
    FROM receivables_receivable i
    LEFT JOIN person o ON o.id = i.owner_id
    LEFT JOIN person h ON o.id IS NULL
        AND h.id = (SELECT c.owner_id FROM customers_customer c WHERE c.id = i.customer_id)
    WHERE i.outstanding > 0 AND i.issue_date <= %(as_of)s AND i.due_date <= %(as_of)s::date + 7
),
judged AS (
    SELECT p.*, CASE WHEN p.days <= 0 THEN 'notice' ELSE 'overdue' END AS kind,
           CASE WHEN p.disputed THEN 'disputed' WHEN p.outstanding_base < 1 THEN 'under_tolerance'
                WHEN p.owner_id IS NULL THEN 'no_owner'
                WHEN EXISTS (SELECT 1 FROM receivables_reminder r WHERE r.receivable_id = p.id AND r.date >= p.step)
                THEN 'already_reminded' ELSE '' END AS reason
    FROM (SELECT *, due_date + CASE WHEN days <= 0 THEN -7 WHEN days >= 90 THEN 90 + (days - 90) / 30 * 30
                               ELSE (ARRAY[1, 15, 30, 60])[width_bucket(days, ARRAY[1, 15, 30, 60])] END AS step
          FROM item) p
)
SELECT id, customer_id, owner_id AS recipient_id, kind, step, days, outstanding, reason FROM judged
UNION ALL
SELECT id, customer_id, superior_id, kind, step, days, outstanding, '' FROM judged
WHERE kind = 'overdue' AND reason = '' AND superior_id IS NOT NULL
