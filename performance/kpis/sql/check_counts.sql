SELECT c.period || ': ' || c.facts || ' rows at the close, ' || COALESCE(f.rows, 0) || ' now'
FROM performance_monthclose c
LEFT JOIN (
    SELECT m.period, count(*) AS rows
    FROM performance_monthclose m
    JOIN performance_kpifact k ON k.period = m.period
         OR (extract(month FROM m.first_date) IN (3, 6, 9, 12)
             AND k.period = to_char(m.first_date, 'YYYY"-Q"Q'))
         OR (extract(month FROM m.first_date) = 12 AND k.period = to_char(m.first_date, 'YYYY'))
    GROUP BY m.period
) f ON f.period = c.period
WHERE COALESCE(f.rows, 0) <> c.facts
