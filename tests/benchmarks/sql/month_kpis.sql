-- Yardstick: one statement per KPI of a month by person; the statements are separated by a line with "--;".
SELECT o.owner_id, sum(l.base_net) FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
WHERE o.state = 'shipped' AND o.shipped_date BETWEEN %(first)s AND %(last)s GROUP BY 1
--;
SELECT o.owner_id, sum(l.quantity) FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
WHERE o.state = 'shipped' AND o.shipped_date BETWEEN %(first)s AND %(last)s GROUP BY 1
--;
SELECT owner_id, count(*) FROM orders_order
WHERE state = 'shipped' AND shipped_date BETWEEN %(first)s AND %(last)s GROUP BY 1
--;
SELECT owner_id, count(*) FROM (
    SELECT DISTINCT ON (customer_id) customer_id, owner_id, order_date FROM orders_order
    WHERE state IN ('confirmed', 'shipped') ORDER BY customer_id, order_date, id
) f WHERE order_date BETWEEN %(first)s AND %(last)s GROUP BY 1
--;
SELECT r.owner_id, sum(l.base_amount) FROM receivables_settlementline l
JOIN receivables_receivable r ON r.id = l.receivable_id
WHERE l.receipt_id IS NOT NULL AND l.date BETWEEN %(first)s AND %(last)s GROUP BY 1
--;
SELECT r.owner_id, sum(r.base_amount - coalesce(b.amount, 0)), sum(coalesce(w.amount, 0))
FROM receivables_receivable r
LEFT JOIN LATERAL (SELECT sum(base_amount) AS amount FROM receivables_settlementline
                   WHERE receivable_id = r.id AND date < %(first)s) b ON true
LEFT JOIN LATERAL (SELECT sum(base_amount) AS amount FROM receivables_settlementline
                   WHERE receivable_id = r.id AND date BETWEEN %(first)s AND %(last)s) w ON true
WHERE r.due_date <= %(last)s AND r.issue_date <= %(last)s AND NOT r.disputed GROUP BY 1
--;
SELECT r.owner_id, sum(r.base_amount - coalesce(u.amount, 0)) FROM receivables_receivable r
LEFT JOIN (SELECT receivable_id, sum(base_amount) AS amount FROM receivables_settlementline
           WHERE date <= %(last)s GROUP BY 1) u ON u.receivable_id = r.id
WHERE r.due_date < %(last)s GROUP BY 1
--;
SELECT owner_id, count(*) FROM customers_visit
WHERE state = 'done' AND visit_date BETWEEN %(first)s AND %(last)s GROUP BY 1
--;
SELECT owner_id, count(*) FILTER (WHERE state = 'done'), count(*) FROM customers_visit
WHERE planned_date BETWEEN %(first)s AND %(last)s GROUP BY 1
--;
SELECT o.owner_id, count(*) FILTER (WHERE o.shipped_date <= o.promised_date), count(*)
FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
WHERE o.state IN ('confirmed', 'shipped') AND o.promised_date BETWEEN %(first)s AND %(last)s GROUP BY 1
