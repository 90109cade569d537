-- Writes the steps with their items and what the run did and left out.
, stepped AS (
    INSERT INTO receivables_collectionstep
        (case_id, policy_level_id, level, channel, acts, person_id, date, due_date, state, proof, run_id)
    SELECT case_id, rung_id, level, channel, acts, person_id, %(on)s, %(due)s, 'proposed', '', %(run)s::bigint
    FROM doer WHERE case_id IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING id, case_id
),
itemised AS (
    INSERT INTO receivables_collectionstepitem (step_id, receivable_id, level, outstanding, days)
    SELECT s.id, j.id, g.level, j.outstanding, j.days
    FROM stepped s JOIN judged j ON j.case_id = s.case_id AND j.reason = '' JOIN rung g ON g.id = j.rung_id
    RETURNING 1
),
recorded AS (
    INSERT INTO jobs_jobitem (run_id, subject, subject_url, outcome, reason, data)
    SELECT %(run)s::bigint, d.code, %(url)s || d.case_id || '/', 'done', 'receivables.step_' || d.channel,
           jsonb_build_object('customer', d.code, 'level', d.level, 'person', coalesce(d.person, ''), 'items', d.items,
                              'days', d.most_days)
    FROM doer d JOIN stepped s ON s.case_id = d.case_id
    UNION ALL
    SELECT %(run)s::bigint, j.number, %(item_url)s || j.id || '/', 'skipped', 'receivables.chase_' || j.reason,
           jsonb_build_object('number', j.number, 'customer', j.code, 'days', j.days)
    FROM judged j WHERE j.reason NOT IN ('', 'already_proposed', 'not_yet', 'too_soon', 'last_level')
    RETURNING outcome
)
SELECT 'steps' AS what, count(*) AS lines FROM stepped UNION ALL SELECT 'items', count(*) FROM itemised
UNION ALL SELECT reason, count(*) FROM judged WHERE reason <> '' GROUP BY reason
