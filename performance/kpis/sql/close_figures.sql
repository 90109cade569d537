-- the published figures of every dimension with few keys, one pass per KPI, with the target at the close
WITH k(code, ratio) AS (SELECT * FROM unnest(%(codes)s::text[], %(ratios)s::boolean[])),
target AS (
    SELECT metric, %(period)s AS period, staff_id, team_id, value
    FROM performance_target
    WHERE period_start = %(first)s AND period_end = %(last)s
),
g AS (
    SELECT f.period, f.code, f.owner_id, f.team_id, f.department_id, f.product_id, COALESCE(f.region, '') AS region,
           GROUPING(f.owner_id, f.team_id, f.department_id, f.product_id, COALESCE(f.region, '')) AS level,
           sum(f.num) AS num, sum(f.den) AS den, min(f.unit) IS DISTINCT FROM max(f.unit) AS mixed,
           min(f.unit) AS unit
    FROM performance_kpifact f
    WHERE f.period = ANY(%(periods)s)
    GROUP BY f.period, f.code,
        GROUPING SETS ((f.owner_id), (f.team_id), (f.department_id), (f.product_id), (COALESCE(f.region, '')), ())
)
INSERT INTO performance_kpifigure (period, code, dimension, key, label, owner_id, team_id, department_id, unit,
                                   mixed, num, den, value, target)
SELECT g.period, g.code,
       CASE g.level WHEN 15 THEN 'staff' WHEN 23 THEN 'team' WHEN 27 THEN 'department' WHEN 29 THEN 'product'
                    WHEN 30 THEN 'region' ELSE 'company' END,
       CASE g.level WHEN 15 THEN COALESCE(u.username, '') WHEN 23 THEN COALESCE(t.code, '')
                    WHEN 27 THEN COALESCE(d.code, '') WHEN 29 THEN COALESCE(r.code, '')
                    WHEN 30 THEN g.region ELSE 'company' END,
       CASE g.level WHEN 15 THEN COALESCE(u.name, '') WHEN 23 THEN COALESCE(t.name, '')
                    WHEN 27 THEN COALESCE(d.name, '') WHEN 29 THEN COALESCE(r.name, '')
                    WHEN 30 THEN g.region ELSE '' END,
       g.owner_id, g.team_id, g.department_id, g.unit, g.mixed, g.num, g.den,
       CASE WHEN g.mixed THEN NULL WHEN k.ratio THEN g.num / NULLIF(g.den, 0) ELSE g.num END,
       x.value
FROM g
JOIN k ON k.code = g.code
LEFT JOIN accounts_user u ON u.id = g.owner_id
LEFT JOIN accounts_team t ON t.id = g.team_id
LEFT JOIN accounts_team d ON d.id = g.department_id
LEFT JOIN catalog_product r ON r.id = g.product_id
LEFT JOIN target x ON x.metric = g.code AND x.period = g.period
     AND ((g.level = 15 AND x.staff_id = g.owner_id) OR (g.level = 23 AND x.team_id = g.team_id)
          OR (g.level = 27 AND x.team_id = g.department_id))
WHERE g.level <> 29 OR g.product_id IS NOT NULL OR g.code = ANY(%(by_product)s)
