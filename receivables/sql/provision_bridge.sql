-- From the provision of the run before to this one, by cause; the causes add up to the difference to the cent.
SELECT coalesce(sum(n.amount) FILTER (WHERE o.id IS NULL), 0) AS new,
       -coalesce(sum(o.amount) FILTER (WHERE n.id IS NULL), 0) AS settled,
       coalesce(sum(x.part) FILTER (WHERE both_), 0) AS part_paid,
       coalesce(sum(n.amount - o.amount - x.part) FILTER (WHERE both_ AND n.reason = o.reason AND n.year <> o.year), 0) AS older,
       coalesce(sum(n.amount - o.amount - x.part) FILTER (WHERE both_ AND n.reason <> o.reason), 0) AS own_rate,
       coalesce(sum(n.amount - o.amount - x.part) FILTER (WHERE both_ AND n.reason = o.reason AND n.year = o.year), 0) AS rates
FROM (SELECT * FROM receivables_provisionline WHERE run_id = %(run)s) n
FULL JOIN (SELECT * FROM receivables_provisionline WHERE run_id = %(previous)s) o ON o.receivable_id = n.receivable_id
CROSS JOIN LATERAL (
    SELECT n.id IS NOT NULL AND o.id IS NOT NULL AS both_,
           round((n.outstanding - o.outstanding) * o.rate, %(coins)s) AS part
) x
