SELECT COALESCE(f.period, k.period) || ' ' || COALESCE(f.code, k.code) || ': ' || COALESCE(k.num, 0)
       || ' <> ' || COALESCE(f.num, 0)
FROM (
    SELECT period, code, COALESCE(owner_id, 0) AS owner, COALESCE(team_id, 0) AS team,
           COALESCE(unit, '') AS unit, sum(num) AS num, sum(den) AS den
    FROM performance_kpifact
    GROUP BY 1, 2, 3, 4, 5
) f
FULL JOIN (
    SELECT period, code, COALESCE(owner_id, 0) AS owner, COALESCE(team_id, 0) AS team,
           COALESCE(unit, '') AS unit, sum(num) AS num, sum(den) AS den
    FROM performance_kpifigure
    WHERE dimension = 'post'
    GROUP BY 1, 2, 3, 4, 5
) k USING (period, code, owner, team, unit)
WHERE f.num IS DISTINCT FROM k.num OR f.den IS DISTINCT FROM k.den
