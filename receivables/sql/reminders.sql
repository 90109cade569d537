-- Who is reminded of what on a day, who is left out and why; as many rows as there are.
-- A step of the overdue notices begins on day s after the due date; an item is reminded once a step.
WITH post AS (
    SELECT id, username, superior_id FROM accounts_user
    WHERE is_active AND coalesce(left_date >= %(on)s, true)
),
person AS MATERIALIZED (
    SELECT u.id, u.username, b.id AS superior_id, b.username AS superior
    FROM post u LEFT JOIN post b ON b.id = u.superior_id
),
reminded AS (
    SELECT receivable_id, kind, max(date) AS last FROM receivables_reminder
    WHERE date >= %(oldest_step)s GROUP BY receivable_id, kind
),
stepped AS (
    SELECT i.id, i.number, i.customer_id, i.owner_id, i.disputed, i.outstanding, i.outstanding_base,
           %(on)s::date - i.due_date AS days,
           CASE WHEN i.due_date >= %(on)s THEN 'notice' ELSE 'overdue' END AS kind,
           CASE WHEN i.due_date >= %(on)s THEN i.due_date - %(notice_days)s::int
                WHEN %(on)s::date - i.due_date >= %(last_step)s::int AND %(repeat)s::int > 0 THEN
                    i.due_date + %(last_step)s::int
                    + (%(on)s::date - i.due_date - %(last_step)s::int) / greatest(%(repeat)s::int, 1) * %(repeat)s::int
                ELSE i.due_date + (%(steps)s::int[])[width_bucket(%(on)s::date - i.due_date, %(steps)s::int[])]
           END AS step_date
    FROM receivables_receivable i
    WHERE i.outstanding > 0 AND i.issue_date <= %(on)s AND i.due_date <= %(on)s::date + %(notice_days)s::int
),
-- the owner in post, else the customer's; and why nobody is told
judged AS MATERIALIZED (
    SELECT s.id, s.number, s.customer_id, s.outstanding, s.days, s.kind,
           coalesce(o.id, h.id) AS owner_id, coalesce(o.username, h.username) AS owner,
           s.kind = 'overdue' AND s.days >= %(superior_from)s AS to_superior,
           CASE WHEN o.id IS NULL THEN h.superior_id ELSE o.superior_id END AS superior_id,
           CASE WHEN o.id IS NULL THEN h.superior ELSE o.superior END AS superior,
           CASE WHEN s.disputed THEN 'disputed'
                WHEN s.outstanding_base < %(tolerance)s THEN 'under_tolerance'
                WHEN s.step_date IS NULL THEN 'no_step_yet'
                WHEN r.last >= s.step_date THEN 'already_reminded'
                ELSE '' END AS reason
    FROM stepped s
    LEFT JOIN person o ON o.id = s.owner_id
    LEFT JOIN person h ON h.id = CASE WHEN o.id IS NULL THEN
        (SELECT c.owner_id FROM customers_customer c WHERE c.id = s.customer_id) END
    LEFT JOIN reminded r ON r.receivable_id = s.id AND r.kind = s.kind
),
target AS NOT MATERIALIZED (
    SELECT id, number, customer_id, outstanding, days, kind, 'app' AS channel, owner_id AS recipient_id,
           owner AS receiver_name, '' AS address
    FROM judged WHERE reason = '' AND owner_id IS NOT NULL
    UNION ALL
    SELECT id, number, customer_id, outstanding, days, kind, 'app', superior_id, superior, ''
    FROM judged WHERE reason = '' AND to_superior AND superior_id IS NOT NULL
    UNION ALL
    SELECT j.id, j.number, j.customer_id, j.outstanding, j.days, j.kind, 'email', NULL, p.email, p.email
    FROM judged j
    JOIN customers_contact p ON p.customer_id = j.customer_id AND p.is_primary AND NOT p.left
        AND p.email <> ''
    WHERE j.reason = '' AND j.kind = 'notice' AND %(notify_customer)s
),
left_out AS NOT MATERIALIZED (
    SELECT id, number, customer_id, kind, days, reason FROM judged WHERE reason <> ''
    UNION ALL
    SELECT id, number, customer_id, kind, days, 'no_owner' FROM judged WHERE reason = '' AND owner_id IS NULL
    UNION ALL
    SELECT id, number, customer_id, kind, days, 'no_superior' FROM judged
    WHERE reason = '' AND to_superior AND owner_id IS NOT NULL AND superior_id IS NULL
    UNION ALL
    SELECT j.id, j.number, j.customer_id, j.kind, j.days, 'customer_without_email' FROM judged j
    WHERE j.reason = '' AND j.kind = 'notice' AND %(notify_customer)s AND NOT EXISTS (
        SELECT 1 FROM customers_contact p WHERE p.customer_id = j.customer_id AND p.is_primary
        AND NOT p.left AND p.email <> '')
    UNION ALL
    SELECT i.id, i.number, i.customer_id, CASE WHEN i.due_date >= %(on)s THEN 'notice' ELSE 'overdue' END,
           %(on)s::date - i.due_date, 'settled'
    FROM receivables_receivable i
    WHERE i.outstanding = 0 AND i.issue_date <= %(on)s AND i.due_date = ANY (%(exact_days)s::date[])
)
