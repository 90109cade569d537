SELECT period, source, source_id, date, owner_id, team_id, customer_id, product_id, region, unit,
       quantity AS num, NULL::numeric AS den
FROM sales
WHERE quantity <> 0
