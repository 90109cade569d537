-- One statement for a day: who is reminded of what, who is left out and why; as many rows as there are.
-- A step of the overdue notices begins on day s after the due date; an item is reminded once a step.
WITH item AS MATERIALIZED (
    SELECT i.id, i.number, i.customer_id, c.code AS customer, i.due_date, i.disputed, i.outstanding,
           i.outstanding_base, i.currency_id,
           CASE WHEN i.due_date >= %(on)s THEN 'notice' ELSE 'overdue' END AS kind,
           %(on)s::date - i.due_date AS days,
           CASE WHEN o.is_active AND coalesce(o.left_date >= %(on)s, true) THEN o.id
                WHEN h.is_active AND coalesce(h.left_date >= %(on)s, true) THEN h.id END AS owner_id
    FROM receivables_receivable i
    JOIN customers_customer c ON c.id = i.customer_id
    LEFT JOIN accounts_user o ON o.id = i.owner_id
    LEFT JOIN accounts_user h ON h.id = c.owner_id
    WHERE i.outstanding > 0 AND i.issue_date <= %(on)s AND i.due_date <= %(on)s::date + %(notice_days)s::int
),
stepped AS (
    SELECT item.*,
           CASE WHEN kind = 'notice' THEN due_date - %(notice_days)s::int
                WHEN days >= %(last_step)s::int AND %(repeat)s::int > 0 THEN
                    due_date + %(last_step)s::int
                    + ((days - %(last_step)s::int) / greatest(%(repeat)s::int, 1)) * %(repeat)s::int
                ELSE due_date + (SELECT max(s) FROM unnest(%(steps)s::int[]) s WHERE s <= days)
           END AS step_date
    FROM item
),
judged AS MATERIALIZED (
    SELECT s.*, CASE
        WHEN s.disputed THEN 'disputed'
        WHEN s.outstanding_base < %(tolerance)s THEN 'under_tolerance'
        WHEN s.step_date IS NULL THEN 'no_step_yet'
        WHEN EXISTS (SELECT 1 FROM receivables_reminder r WHERE r.receivable_id = s.id
                     AND r.kind = s.kind AND r.date >= s.step_date) THEN 'already_reminded'
        ELSE '' END AS reason
    FROM stepped s
),
target AS (
    SELECT j.*, 'app' AS channel, u.id AS recipient_id, u.username AS receiver_name, '' AS address
    FROM judged j JOIN accounts_user u ON u.id = j.owner_id
    WHERE j.reason = ''
    UNION ALL
    SELECT j.*, 'app', b.id, b.username, ''
    FROM judged j
    JOIN accounts_user u ON u.id = j.owner_id
    JOIN accounts_user b ON b.id = u.superior_id AND b.is_active
        AND coalesce(b.left_date >= %(on)s, true)
    WHERE j.reason = '' AND j.kind = 'overdue' AND j.days >= %(superior_from)s
    UNION ALL
    SELECT j.*, 'email', NULL, p.email, p.email
    FROM judged j
    JOIN customers_contact p ON p.customer_id = j.customer_id AND p.is_primary AND NOT p.left
        AND p.email <> ''
    WHERE j.reason = '' AND j.kind = 'notice' AND %(notify_customer)s
),
sent AS (
    INSERT INTO receivables_reminder
        (receivable_id, kind, date, channel, recipient_id, address, receiver, days, outstanding, run_id, sent_at)
    SELECT id, kind, %(on)s, channel, recipient_id, address,
           channel || ':' || coalesce(recipient_id::text, address), days, outstanding, %(run)s::bigint, %(at)s::timestamptz
    FROM target
    ON CONFLICT (receivable_id, kind, date, receiver) DO NOTHING
    RETURNING receivable_id, kind, channel, recipient_id, address
),
left_out AS MATERIALIZED (
    SELECT id, number, customer, kind, days, reason FROM judged WHERE reason <> ''
    UNION ALL
    SELECT id, number, customer, kind, days, 'no_owner' FROM judged WHERE reason = '' AND owner_id IS NULL
    UNION ALL
    SELECT j.id, j.number, j.customer, j.kind, j.days, 'no_superior' FROM judged j
    JOIN accounts_user u ON u.id = j.owner_id
    WHERE j.reason = '' AND j.kind = 'overdue' AND j.days >= %(superior_from)s AND NOT EXISTS (
        SELECT 1 FROM accounts_user b WHERE b.id = u.superior_id AND b.is_active
        AND coalesce(b.left_date >= %(on)s, true))
    UNION ALL
    SELECT j.id, j.number, j.customer, j.kind, j.days, 'customer_without_email' FROM judged j
    WHERE j.reason = '' AND j.kind = 'notice' AND %(notify_customer)s AND NOT EXISTS (
        SELECT 1 FROM customers_contact p WHERE p.customer_id = j.customer_id AND p.is_primary
        AND NOT p.left AND p.email <> '')
    UNION ALL
    SELECT i.id, i.number, c.code, CASE WHEN i.due_date >= %(on)s THEN 'notice' ELSE 'overdue' END,
           %(on)s::date - i.due_date, 'settled'
    FROM receivables_receivable i JOIN customers_customer c ON c.id = i.customer_id
    WHERE i.outstanding = 0 AND i.issue_date <= %(on)s
      AND i.due_date = ANY (%(exact_days)s::date[])
),
recorded AS (
    INSERT INTO jobs_jobitem (run_id, subject, subject_url, outcome, reason, data)
    SELECT %(run)s::bigint, number, %(url)s || id || '/', 'done', 'receivables.' || kind || '_sent',
           jsonb_build_object('number', number, 'customer', customer, 'to', receiver_name, 'days', abs(days),
                              'channel', channel)
    FROM target WHERE %(run)s::bigint IS NOT NULL
    UNION ALL
    SELECT %(run)s::bigint, number, %(url)s || id || '/', 'skipped', 'receivables.' || reason,
           jsonb_build_object('number', number, 'customer', customer, 'days', abs(days))
    FROM left_out WHERE %(run)s::bigint IS NOT NULL AND reason NOT IN ('already_reminded', 'no_step_yet')
    RETURNING 1
)
