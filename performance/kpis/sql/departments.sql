-- dept: the nearest department at or above each team.
dept(team_id, department_id) AS MATERIALIZED (
    SELECT DISTINCT ON (t.id) t.id, d.id
    FROM accounts_team t
    JOIN accounts_team d ON d.kind = 'department' AND starts_with(t.path, d.path)
    ORDER BY t.id, length(d.path) DESC
)
