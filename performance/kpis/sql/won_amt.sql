-- amounts of deals won, in base currency, by the day of the decision, for the owner and team of that day: product by
-- product where the deal has products, else the deal as it is
SELECT p.period, 'dealline' AS source, l.id AS source_id, d.closed_date AS date, d.owner_id, d.team_id,
       d.customer_id, l.product_id, c.region, NULL::text AS unit, l.base_amount AS num, NULL::numeric AS den
FROM p
JOIN customers_opportunity d ON d.stage = 'won' AND d.closed_date BETWEEN p.first AND p.last
     AND d.closed_date BETWEEN %(p_least_first)s AND %(p_most_last)s
JOIN customers_opportunityline l ON l.opportunity_id = d.id
LEFT JOIN customers_customer c ON c.id = d.customer_id
UNION ALL
SELECT p.period, 'opportunity', d.id, d.closed_date, d.owner_id, d.team_id, d.customer_id, d.product_id, c.region, NULL,
       d.base_amount, NULL
FROM p
JOIN customers_opportunity d ON d.stage = 'won' AND d.closed_date BETWEEN p.first AND p.last
     AND d.closed_date BETWEEN %(p_least_first)s AND %(p_most_last)s
LEFT JOIN customers_customer c ON c.id = d.customer_id
WHERE NOT EXISTS (SELECT 1 FROM customers_opportunityline l WHERE l.opportunity_id = d.id)
