, answer AS (
    SELECT key AS pk, coalesce(sum(amount) FILTER (WHERE day < %(since)s), 0.00) AS opening, {columns},
           coalesce(sum(amount), 0.00) AS closing,
           bool_or(day >= %(since)s) AS moves
    FROM moved GROUP BY key
)
-- The first row is the total of all rows, with their number in place of a key.
SELECT {count} AS pk, '' AS code, '' AS label, coalesce(sum(opening), 0.00) AS opening, {totals},
       coalesce(sum(closing), 0.00) AS closing, 0 AS part
FROM answer WHERE opening <> 0 OR closing <> 0 OR moves
UNION ALL
SELECT a.pk, coalesce(d.code, ''), coalesce(d.label, ''), a.opening, {names}, a.closing, 1
FROM answer a
LEFT JOIN ({directory}) d ON d.id = a.pk
WHERE a.opening <> 0 OR a.closing <> 0 OR a.moves
ORDER BY part, closing DESC, code, pk
LIMIT %(limit)s
