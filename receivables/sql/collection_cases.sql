-- Cases are opened, taken up again, closed and brought up to date; each case is touched by one of these at most.
, stands AS MATERIALIZED (
    SELECT o.customer_id, o.total, o.items, o.oldest, o.owner_id, o.team_id,
           o.free > 0 AND o.free >= coalesce(p.tolerance, 0) AND NOT o.excluded AND p.id IS NOT NULL AS worth,
           coalesce(l.level, 0) AS level
    FROM owed o LEFT JOIN policy p ON p.id = o.policy_id
    LEFT JOIN (SELECT late.customer_id, max(r.level) AS level FROM late JOIN reached r ON r.receivable_id = late.id
               GROUP BY late.customer_id) l ON l.customer_id = o.customer_id
),
closed AS (
    UPDATE receivables_collectioncase k
    SET state = 'closed', closed_date = %(on)s, "end" = CASE WHEN k."end" = '' THEN 'paid' ELSE k."end" END, level = 0,
        overdue_base = 0, items = 0, oldest_due = NULL, paused_until = NULL, pause_reason = '', next_date = NULL,
        updated_at = %(at)s, version = version + 1
    WHERE k.state <> 'closed' AND (%(customer)s::bigint IS NULL OR k.customer_id = %(customer)s::bigint)
      AND NOT EXISTS (SELECT 1 FROM owed o WHERE o.customer_id = k.customer_id)
    RETURNING k.id
),
reopened AS (
    UPDATE receivables_collectioncase k
    SET state = 'open', closed_date = NULL, "end" = '', reopened = k.reopened + 1, level = s.level,
        overdue_base = s.total, items = s.items, oldest_due = s.oldest, updated_at = %(at)s, version = version + 1
    FROM stands s
    WHERE s.worth AND s.customer_id = k.customer_id AND k.state = 'closed' AND k.closed_date >= %(reopen_from)s::date
      AND k.id = (SELECT max(z.id) FROM receivables_collectioncase z WHERE z.customer_id = k.customer_id)
    RETURNING k.id, k.customer_id
),
opened AS (
    INSERT INTO receivables_collectioncase
        (customer_id, owner_id, team_id, state, level, opened_date, "end", reopened, pause_reason, overdue_base, oldest_due,
         items, created_at, updated_at, version)
    SELECT s.customer_id, s.owner_id, s.team_id, 'open', s.level, %(on)s, '', 0, '', s.total, s.oldest, s.items, %(at)s,
           %(at)s, 1
    FROM stands s
    WHERE s.worth AND %(may_open)s
      AND NOT EXISTS (SELECT 1 FROM receivables_collectioncase k WHERE k.customer_id = s.customer_id AND (
          k.state <> 'closed' OR k.closed_date >= %(reopen_from)s::date))
    ON CONFLICT (customer_id) WHERE NOT state = 'closed' DO NOTHING
    RETURNING id
),
renewed AS (
    UPDATE receivables_collectioncase k
    SET overdue_base = s.total, items = s.items, oldest_due = s.oldest, level = s.level,
        state = CASE WHEN k.state = 'paused' AND k.paused_until < %(on)s THEN 'open' ELSE k.state END,
        pause_reason = CASE WHEN k.state = 'paused' AND k.paused_until < %(on)s THEN '' ELSE k.pause_reason END,
        paused_until = CASE WHEN k.state = 'paused' AND k.paused_until < %(on)s THEN NULL ELSE k.paused_until END,
        updated_at = %(at)s, version = version + 1
    FROM stands s
    WHERE s.customer_id = k.customer_id AND k.state <> 'closed'
      AND (k.overdue_base, k.items, k.level) IS DISTINCT FROM (s.total, s.items, s.level)
       OR s.customer_id = k.customer_id AND k.state = 'paused' AND k.paused_until < %(on)s
    RETURNING k.id
)
SELECT 'closed' AS what, id FROM closed UNION ALL SELECT 'reopened', id FROM reopened
UNION ALL SELECT 'opened', id FROM opened
