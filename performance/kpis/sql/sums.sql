SELECT g.*, {key} AS key, {label} AS label
FROM (
    SELECT code, period, {column} AS ref, sum(num) AS num, sum(den) AS den, min(unit) AS unit,
           min(unit) IS DISTINCT FROM max(unit) AS mixed, count(*) AS rows
    FROM facts
    WHERE {where}
    GROUP BY 1, 2, 3
    {top}
) g {join}
ORDER BY code, period, key
