-- leads decided in the period: became customers / all decided, by the day of the decision; a duplicate is no decision
SELECT p.period, 'lead' AS source, d.id AS source_id, d.closed_date AS date, d.owner_id, d.team_id, d.customer_id,
       d.product_id, d.region, NULL::text AS unit, (d.state = 'qualified')::int::numeric AS num, 1::numeric AS den
FROM p
JOIN customers_lead d ON d.state IN ('qualified', 'disqualified') AND d.closed_date BETWEEN p.first AND p.last
     AND d.closed_date BETWEEN %(p_least_first)s AND %(p_most_last)s
