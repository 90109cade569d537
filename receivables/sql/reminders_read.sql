-- How many lines there are for each reason, then the first lines by reason and number (all without a limit).
, shown AS (
    SELECT number, customer_id, kind, receiver_name, channel, '' AS reason, days FROM target
    UNION ALL
    SELECT number, customer_id, kind, '', '', reason, days FROM left_out
    ORDER BY reason, number, receiver_name
    LIMIT %(limit)s
)
SELECT '' AS reason, count(*) AS lines, '' AS number, '' AS customer, '' AS kind, '' AS receiver, '' AS channel, 0 AS days
FROM target
UNION ALL
SELECT reason, count(*), '', '', '', '', '', 0 FROM left_out GROUP BY reason
UNION ALL
(SELECT s.reason, NULL, s.number, c.code, s.kind, s.receiver_name, s.channel, s.days
 FROM shown s JOIN customers_customer c ON c.id = s.customer_id
 ORDER BY s.reason, s.number, s.receiver_name)
