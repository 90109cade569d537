-- Writes the reminders and the items of the run, and counts them.
, sent AS (
    INSERT INTO receivables_reminder
        (receivable_id, kind, date, channel, recipient_id, address, receiver, days, outstanding, run_id, sent_at)
    SELECT id, kind, %(on)s, channel, recipient_id, address,
           channel || ':' || coalesce(recipient_id::text, address), days, outstanding, %(run)s::bigint,
           %(at)s::timestamptz
    FROM target
    ON CONFLICT (receivable_id, kind, date, receiver) DO NOTHING
    RETURNING 1
),
skipped AS (SELECT reason, count(*) AS lines FROM left_out GROUP BY reason),
recorded AS (
    INSERT INTO jobs_jobitem (run_id, subject, subject_url, outcome, reason, data)
    SELECT %(run)s::bigint, t.number, %(url)s || t.id || '/', 'done', 'receivables.' || t.kind || '_sent',
           jsonb_build_object('number', t.number, 'customer', c.code, 'to', t.receiver_name, 'days', abs(t.days),
                              'channel', t.channel)
    FROM target t JOIN customers_customer c ON c.id = t.customer_id
    WHERE %(run)s::bigint IS NOT NULL
    UNION ALL
    SELECT %(run)s::bigint, l.number, %(url)s || l.id || '/', 'skipped', 'receivables.' || l.reason,
           jsonb_build_object('number', l.number, 'customer', c.code, 'days', abs(l.days))
    FROM left_out l JOIN customers_customer c ON c.id = l.customer_id
    WHERE %(run)s::bigint IS NOT NULL AND l.reason NOT IN ('already_reminded', 'no_step_yet')
    RETURNING 1
)
SELECT '' AS reason, count(*) AS lines FROM sent UNION ALL SELECT reason, lines FROM skipped
