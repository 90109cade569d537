, answer AS (
    SELECT coalesce(i.key, m.key) AS pk, {columns}, coalesce(i.outstanding, 0.00) AS outstanding,
           coalesce(i.retention, 0.00) AS retention, coalesce(m.unallocated, 0.00) AS unallocated
    FROM item i
    FULL JOIN money m ON m.key = i.key
    WHERE i.outstanding <> 0 OR m.unallocated <> 0
)
-- The first row is the total of all rows, with their number in place of a key: none has more outstanding.
SELECT {count} AS pk, '' AS code, '' AS label, {totals}, coalesce(sum(outstanding), 0.00) AS outstanding,
       coalesce(sum(retention), 0.00) AS retention, coalesce(sum(unallocated), 0.00) AS unallocated, 0 AS part
FROM answer
UNION ALL
SELECT a.pk, coalesce(d.code, ''), coalesce(d.label, ''), {names}, a.outstanding, a.retention, a.unallocated, 1
FROM answer a
LEFT JOIN ({directory}) d ON d.id = a.pk
ORDER BY outstanding DESC, part, code, pk
LIMIT %(limit)s
