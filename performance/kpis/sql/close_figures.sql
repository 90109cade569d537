-- the published figures of every dimension with few keys, one pass per KPI, with the target at the close
WITH k(code, ratio) AS (SELECT * FROM unnest(%(codes)s::text[], %(ratios)s::boolean[])),
target AS (
    SELECT metric, %(period)s AS period, staff_id, team_id, value
    FROM performance_target
    WHERE period_start = %(first)s AND period_end = %(last)s
),
g AS (
    SELECT f.period, f.code, f.owner_id, f.team_id, f.department_id, f.product_id, f.region, f.category,
           GROUPING(f.owner_id, f.team_id, f.department_id, f.product_id, f.region, f.category) AS level,
           sum(f.num) AS num, sum(f.den) AS den, min(f.unit) IS DISTINCT FROM max(f.unit) AS mixed,
           min(f.unit) AS unit
    FROM performance_kpifact f
    WHERE f.period = ANY(%(periods)s)
    GROUP BY f.period, f.code,
        GROUPING SETS ((f.owner_id), (f.team_id), (f.department_id), (f.product_id), (f.region), (f.category), ())
)
INSERT INTO performance_kpifigure (period, code, dimension, key, label, owner_id, team_id, department_id, unit,
                                   mixed, num, den, value, target)
SELECT g.period, g.code,
       CASE g.level WHEN 31 THEN 'staff' WHEN 47 THEN 'team' WHEN 55 THEN 'department' WHEN 59 THEN 'product'
                    WHEN 61 THEN 'region' WHEN 62 THEN 'category' ELSE 'company' END,
       CASE g.level WHEN 31 THEN COALESCE(u.username, '') WHEN 47 THEN COALESCE(t.code, '')
                    WHEN 55 THEN COALESCE(d.code, '') WHEN 59 THEN COALESCE(r.code, '')
                    WHEN 61 THEN g.region WHEN 62 THEN g.category ELSE 'company' END,
       CASE g.level WHEN 31 THEN COALESCE(u.name, '') WHEN 47 THEN COALESCE(t.name, '')
                    WHEN 55 THEN COALESCE(d.name, '') WHEN 59 THEN COALESCE(r.name, '')
                    WHEN 61 THEN g.region WHEN 62 THEN g.category ELSE '' END,
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
     AND ((g.level = 31 AND x.staff_id = g.owner_id) OR (g.level = 47 AND x.team_id = g.team_id)
          OR (g.level = 55 AND x.team_id = g.department_id))
WHERE g.level NOT IN (59, 62) OR g.code = ANY(%(by_product)s)
