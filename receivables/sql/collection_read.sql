-- How many there are of each kind, then the first lines.
, shown AS (
    SELECT '' AS reason, code AS subject, code, level, channel, coalesce(person, '') AS person, most_days AS days, amount,
           customer_id AS place
    FROM doer
    UNION ALL
    SELECT reason, number, code, 0, '', '', days, outstanding_base, customer_id FROM judged WHERE reason <> ''
    AND reason NOT IN ('already_proposed', 'not_yet', 'too_soon', 'last_level')
    ORDER BY reason, amount DESC, subject LIMIT %(limit)s
)
SELECT '' AS reason, count(*) AS lines, '' AS subject, '' AS code, 0 AS level, '' AS channel, '' AS person, 0 AS days,
       coalesce(sum(amount), 0) AS amount, 0 AS place
FROM doer
UNION ALL
SELECT reason, count(*), '', '', 0, '', '', 0, sum(outstanding_base), 0 FROM judged WHERE reason <> '' GROUP BY reason
UNION ALL
(SELECT reason, NULL, subject, code, level, channel, person, days, amount, place FROM shown)
