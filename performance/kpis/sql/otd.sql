-- lines of binding orders due in the period: shipped by the promised (else required) day / due; a line that may
-- still be in time is not counted yet
SELECT p.period, 'orderline' AS source, l.id AS source_id, COALESCE(o.promised_date, o.required_date) AS date,
       o.owner_id, o.team_id, o.customer_id, l.product_id, o.region, NULL::text AS unit,
       (o.shipped_date IS NOT NULL
        AND o.shipped_date <= COALESCE(o.promised_date, o.required_date))::int::numeric AS num,
       1::numeric AS den
FROM p
JOIN orders_order o ON o.state IN ('confirmed', 'shipped')
     AND ((o.promised_date BETWEEN p.first AND p.last
           AND o.promised_date BETWEEN %(p_least_first)s AND %(p_most_last)s)
          OR (o.promised_date IS NULL AND o.required_date BETWEEN p.first AND p.last))
     AND (o.shipped_date IS NOT NULL OR COALESCE(o.promised_date, o.required_date) < p.today)
JOIN orders_orderline l ON l.order_id = o.id
