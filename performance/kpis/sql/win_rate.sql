-- deals decided in the period: won / (won + lost), by the day of the decision; what is open or on hold is left out
SELECT p.period, 'opportunity' AS source, d.id AS source_id, d.closed_date AS date, d.owner_id, d.team_id,
       d.customer_id, d.product_id, c.region, NULL::text AS unit, (d.stage = 'won')::int::numeric AS num,
       1::numeric AS den
FROM p
JOIN customers_opportunity d ON d.stage IN ('won', 'lost') AND d.closed_date BETWEEN p.first AND p.last
     AND d.closed_date BETWEEN %(p_least_first)s AND %(p_most_last)s
LEFT JOIN customers_customer c ON c.id = d.customer_id
