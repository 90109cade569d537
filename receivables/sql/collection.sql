-- What is overdue, by whom, under which ladder, how far each item has come, and why nothing is done about it today.
-- Documents of a merged file count for the file that was kept.
WITH policy AS MATERIALIZED (
    SELECT DISTINCT ON (code) id, code, customer_class, by_choice, tolerance
    FROM receivables_collectionpolicy WHERE from_date <= %(on)s ORDER BY code, from_date DESC
),
chosen AS MATERIALIZED (
    SELECT customer_id, policy_code, excluded FROM receivables_collectionoverride
    WHERE from_date <= %(on)s AND coalesce(until_date >= %(on)s, true)
),
-- the ladder of each class; customers with one of their own come by themselves
of_class AS MATERIALIZED (
    SELECT k.customer_class, (
        SELECT p.id FROM policy p WHERE NOT p.by_choice AND p.customer_class IN (k.customer_class, '')
        ORDER BY p.customer_class = '', p.code LIMIT 1) AS policy_id
    FROM unnest(%(classes)s::text[]) AS k(customer_class)
),
late AS MATERIALIZED (
    SELECT i.id, i.number, coalesce(c.merged_into_id, c.id) AS customer_id, %(on)s::date - i.due_date AS days, i.due_date,
           i.outstanding, i.outstanding_base, i.disputed
    FROM receivables_receivable i JOIN customers_customer c ON c.id = i.customer_id
    WHERE i.outstanding > 0 AND i.due_date < %(on)s AND i.issue_date <= %(on)s
      AND (%(family)s::bigint[] IS NULL OR i.customer_id = ANY (%(family)s::bigint[]))
),
owed AS MATERIALIZED (
    SELECT t.customer_id, t.total, t.free, t.items, t.oldest, c.owner_id, c.team_id, c.code,
           coalesce(x.excluded, false) AS excluded, coalesce(own.id, k.policy_id) AS policy_id
    FROM (SELECT customer_id, sum(outstanding_base) AS total, count(*) AS items, min(due_date) AS oldest,
                 coalesce(sum(outstanding_base) FILTER (WHERE NOT disputed), 0) AS free
          FROM late GROUP BY customer_id) t
    JOIN customers_customer c ON c.id = t.customer_id
    LEFT JOIN chosen x ON x.customer_id = t.customer_id
    LEFT JOIN policy own ON own.code = x.policy_code AND x.policy_code <> ''
    LEFT JOIN of_class k ON k.customer_class = c.customer_class
),
reached AS MATERIALIZED (
    SELECT si.receivable_id, max(si.level) AS level, max(s.done_date) AS last
    FROM receivables_collectionstepitem si JOIN receivables_collectionstep s ON s.id = si.step_id
    WHERE s.state = 'done' AND s.done_date <= %(on)s
      AND (%(customer)s::bigint IS NULL OR s.case_id IN (
          SELECT id FROM receivables_collectioncase WHERE customer_id = %(customer)s::bigint))
    GROUP BY si.receivable_id
)
