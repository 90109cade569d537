SELECT coalesce(i.key, m.key) AS pk, d.code, d.label, {columns}, coalesce(i.outstanding, 0),
       coalesce(m.unallocated, 0)
FROM item i
FULL JOIN money m ON m.key = i.key
LEFT JOIN ({directory}) d ON d.id = coalesce(i.key, m.key)
WHERE coalesce(i.outstanding, 0) <> 0 OR coalesce(m.unallocated, 0) <> 0
ORDER BY coalesce(i.outstanding, 0) DESC, d.code, pk
