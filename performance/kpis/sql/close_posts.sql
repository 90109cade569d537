-- the grain of scopes: a person in a team
INSERT INTO performance_kpifigure (period, code, dimension, key, label, owner_id, team_id, department_id, unit,
                                   mixed, num, den, value, target)
SELECT period, code, 'post', '', '', owner_id, team_id, department_id, unit, false, sum(num), sum(den), NULL, NULL
FROM performance_kpifact
WHERE period = ANY(%(periods)s)
GROUP BY period, code, owner_id, team_id, department_id, unit
