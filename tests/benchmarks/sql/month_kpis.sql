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
SELECT o.owner_id, count(*) FROM orders_order o
WHERE o.state IN ('confirmed', 'shipped') AND o.order_date BETWEEN %(first)s AND %(last)s
  AND NOT EXISTS (SELECT 1 FROM orders_order e
                  WHERE e.customer_id = o.customer_id AND e.state IN ('confirmed', 'shipped')
                    AND (e.order_date, e.id) < (o.order_date, o.id))
GROUP BY 1
--;
SELECT r.owner_id, sum(l.base_amount) FROM receivables_settlementline l
JOIN receivables_receivable r ON r.id = l.receivable_id
WHERE l.receipt_id IS NOT NULL AND l.date BETWEEN %(first)s AND %(last)s GROUP BY 1
--;
-- collection rate: what was open at the start is what is open now and what was settled since; per item, since no
-- item counts with more than it had open
SELECT owner_id, sum(least(open, greatest(inside, 0))), sum(open) FROM (
    SELECT i.owner_id, i.outstanding_base + coalesce(l.since, 0) AS open, coalesce(l.inside, 0) AS inside
    FROM receivables_receivable i
    LEFT JOIN (SELECT receivable_id, sum(base_amount) AS since,
                      sum(base_amount) FILTER (WHERE date <= %(last)s AND receipt_id IS NOT NULL) AS inside
               FROM receivables_settlementline WHERE date >= %(first)s GROUP BY receivable_id) l
        ON l.receivable_id = i.id
    WHERE i.due_date <= %(last)s AND i.issue_date <= %(last)s AND NOT i.disputed
      AND (i.outstanding > 0 OR l.receivable_id IS NOT NULL)
) o GROUP BY owner_id
--;
-- overdue at the end: what is open now and what was settled after that day; linear, so not per item
SELECT owner_id, sum(amount) FROM (
    SELECT owner_id, outstanding_base AS amount FROM receivables_receivable
    WHERE outstanding > 0 AND due_date < %(last)s AND issue_date <= %(last)s
    UNION ALL
    SELECT i.owner_id, l.base_amount
    FROM receivables_settlementline l JOIN receivables_receivable i ON i.id = l.receivable_id
    WHERE l.date > %(last)s AND i.due_date < %(last)s AND i.issue_date <= %(last)s
) o GROUP BY owner_id
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
