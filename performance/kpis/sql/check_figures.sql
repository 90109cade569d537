SELECT k.period || ' ' || k.code || ' by ' || k.dimension || ': ' || k.num || ' <> ' || f.num
FROM (
    SELECT period, code, dimension, sum(num) AS num, sum(den) AS den
    FROM performance_kpifigure
    WHERE dimension <> 'post'
    GROUP BY 1, 2, 3
) k
LEFT JOIN (
    SELECT period, code, sum(num) AS num, sum(den) AS den FROM performance_kpifact GROUP BY 1, 2
) f USING (period, code)
WHERE k.num IS DISTINCT FROM f.num OR k.den IS DISTINCT FROM f.den
