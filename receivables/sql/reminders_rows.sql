SELECT number, customer, kind, receiver_name, channel, '' AS reason, days FROM target
UNION ALL
SELECT number, customer, kind, '', '', reason, days FROM left_out
ORDER BY 6, 1, 4
