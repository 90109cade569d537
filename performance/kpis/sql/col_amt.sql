-- money allocated, by the day of the allocation, to the owner of the open item; a reversal counts negative
SELECT p.period, 'settlement' AS source, s.id AS source_id, s.date, r.owner_id, r.team_id, r.customer_id,
       NULL::bigint AS product_id, c.region, NULL::text AS unit, s.base_amount AS num, NULL::numeric AS den
FROM p
JOIN receivables_settlementline s ON s.date BETWEEN p.first AND p.last AND s.receipt_id IS NOT NULL
JOIN receivables_receivable r ON r.id = s.receivable_id
JOIN customers_customer c ON c.id = r.customer_id
