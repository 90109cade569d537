-- The next level of each overdue item, or the reason why it gets none today.
, money AS MATERIALIZED (
    SELECT coalesce(c.merged_into_id, c.id) AS customer_id, sum(m.base_amount * m.unallocated / m.amount) AS free
    FROM receivables_receipt m JOIN customers_customer c ON c.id = m.customer_id
    WHERE m.unallocated > 0 GROUP BY 1
),
-- lines of bank statements that seem to be of the customer and are not booked yet
banked AS MATERIALIZED (
    SELECT DISTINCT coalesce(c.merged_into_id, c.id) AS customer_id
    FROM receivables_bankline b JOIN customers_customer c ON c.id = (b.proposals -> 0 ->> 'customer')::bigint
    WHERE b.state IN ('new', 'proposed', 'claimed') AND b.amount > 0
),
promised AS MATERIALIZED (
    SELECT DISTINCT customer_id, receivable_id FROM receivables_promise
    WHERE state = 'open' AND due_date + %(grace)s::int >= %(on)s
),
planned AS MATERIALIZED (
    SELECT DISTINCT c.receivable_id FROM receivables_planitem c JOIN receivables_instalmentplan p ON p.id = c.plan_id
    WHERE p.state = 'running'
),
suing AS MATERIALIZED (
    SELECT k.customer_id FROM receivables_legalstage s JOIN receivables_collectioncase k ON k.id = s.case_id
    WHERE s.state <> 'ended'
),
rung AS MATERIALIZED (
    SELECT l.*, max(l.level) OVER (PARTITION BY l.policy_id) AS top FROM receivables_collectionlevel l
    WHERE l.policy_id IN (SELECT id FROM policy)
),
person AS MATERIALIZED (
    SELECT id, username, superior_id FROM accounts_user WHERE is_active AND coalesce(left_date >= %(on)s, true)
),
case_now AS MATERIALIZED (
    SELECT k.id, k.customer_id, k.owner_id, k.state, k.paused_until, w.date AS waits
    FROM receivables_collectioncase k
    LEFT JOIN receivables_collectionstep w ON w.case_id = k.id AND w.state = 'proposed'
    WHERE k.state <> 'closed'
),
-- the lowest rung above the one reached: levels rise one step at a time
judged AS MATERIALIZED (
    SELECT i.id, i.number, i.customer_id, i.days, i.outstanding, i.outstanding_base, o.owner_id, o.code, k.id AS case_id,
           k.owner_id AS holder_id,
           CASE WHEN n.id IS NOT NULL AND i.days >= n.from_day AND coalesce(%(on)s::date - r.last >= n.gap_days, true)
                THEN n.id ELSE again.id END AS rung_id,
           CASE WHEN i.disputed THEN 'disputed'
                WHEN o.excluded THEN 'excluded'
                WHEN o.policy_id IS NULL THEN 'no_ladder'
                WHEN o.free < p.tolerance THEN 'under_tolerance'
                WHEN k.state = 'paused' AND k.paused_until >= %(on)s THEN 'paused'
                WHEN su.customer_id IS NOT NULL THEN 'legal'
                WHEN pl.receivable_id IS NOT NULL THEN 'instalments'
                WHEN pa.customer_id IS NOT NULL OR pi.customer_id IS NOT NULL THEN 'promised'
                WHEN m.free * 100 >= o.total * %(unallocated_percent)s::int AND m.free > 0 THEN 'money_unallocated'
                WHEN ba.customer_id IS NOT NULL THEN 'bank_unmatched'
                WHEN %(waiting)s AND k.waits < %(on)s::date THEN 'step_waits'
                WHEN %(waiting)s AND k.waits IS NOT NULL THEN 'already_proposed'
                WHEN n.id IS NULL AND again.id IS NULL THEN 'last_level'
                WHEN again.id IS NULL AND i.days < n.from_day THEN 'not_yet'
                WHEN again.id IS NULL AND %(on)s::date - r.last < n.gap_days THEN 'too_soon'
                ELSE '' END AS reason
    FROM late i
    JOIN owed o ON o.customer_id = i.customer_id
    LEFT JOIN policy p ON p.id = o.policy_id
    LEFT JOIN case_now k ON k.customer_id = i.customer_id
    LEFT JOIN reached r ON r.receivable_id = i.id
    LEFT JOIN banked ba ON ba.customer_id = i.customer_id
    LEFT JOIN suing su ON su.customer_id = i.customer_id
    LEFT JOIN planned pl ON pl.receivable_id = i.id
    LEFT JOIN promised pa ON pa.customer_id = i.customer_id AND pa.receivable_id IS NULL
    LEFT JOIN promised pi ON pi.receivable_id = i.id
    LEFT JOIN money m ON m.customer_id = i.customer_id
    LEFT JOIN LATERAL (
        SELECT g.id, g.from_day, g.gap_days FROM rung g WHERE g.policy_id = o.policy_id AND g.level > coalesce(r.level, 0)
        ORDER BY g.level LIMIT 1) n ON true
    LEFT JOIN LATERAL (
        SELECT g.id FROM rung g WHERE g.policy_id = o.policy_id AND g.level = r.level AND g.repeat_days > 0
        AND %(on)s::date - r.last >= g.repeat_days LIMIT 1) again ON true
),
-- one step a customer and day: that of its highest item; each item reaches its own level by it
target AS MATERIALIZED (
    SELECT j.customer_id, j.case_id, j.code, g.id AS rung_id, g.level, g.channel, g.acts, j.items, j.amount, j.most_days,
           coalesce(h.id, c.id) AS holder_id
    FROM (SELECT j.customer_id, j.case_id, j.code, min(j.owner_id) AS owner_id, min(j.holder_id) AS holder_id,
                 count(*) AS items, sum(j.outstanding_base) AS amount, max(j.days) AS most_days,
                 (array_agg(j.rung_id ORDER BY g.level DESC, j.id))[1] AS rung_id
          FROM judged j JOIN rung g ON g.id = j.rung_id WHERE j.reason = ''
          GROUP BY j.customer_id, j.case_id, j.code) j
    JOIN rung g ON g.id = j.rung_id
    LEFT JOIN person h ON h.id = j.holder_id
    LEFT JOIN person c ON c.id = j.owner_id
),
doer AS MATERIALIZED (
    SELECT t.*, CASE t.acts WHEN 'owner' THEN a.id WHEN 'lead' THEN coalesce(b.id, a.id)
                WHEN 'manager' THEN coalesce(d.id, b.id, a.id) ELSE %(lawyer)s::bigint END AS person_id,
           CASE t.acts WHEN 'owner' THEN a.username WHEN 'lead' THEN coalesce(b.username, a.username)
                WHEN 'manager' THEN coalesce(d.username, b.username, a.username) ELSE %(lawyer_name)s END AS person
    FROM target t
    LEFT JOIN person a ON a.id = t.holder_id LEFT JOIN person b ON b.id = a.superior_id
    LEFT JOIN person d ON d.id = b.superior_id
)
