-- orders by the day of their first open item
SELECT p.period, 'order' AS source, o.id AS source_id, f.date, o.owner_id, o.team_id, o.customer_id,
       NULL::bigint AS product_id, o.region, NULL::text AS unit, 1::numeric AS num, NULL::numeric AS den
FROM (
    SELECT order_id, min(issue_date) AS date
    FROM receivables_receivable
    WHERE order_id IS NOT NULL
    GROUP BY order_id
) f
JOIN p ON f.date BETWEEN p.first AND p.last
JOIN orders_order o ON o.id = f.order_id
