-- money allocated, by the day of the allocation, to the owner of the open item; a reversal counts negative.
-- Money in other currencies counts at the rate of its receipt, what is sold at that of its posting (domain §4 x).
SELECT p.period, 'settlement' AS source, s.id AS source_id, s.date, r.owner_id, r.team_id, r.customer_id,
       NULL::bigint AS product_id, c.region, NULL::text AS unit,
       CASE WHEN m.base_rate <> r.base_rate THEN round(s.amount * m.base_rate, %(coins)s) ELSE s.base_amount END AS num,
       NULL::numeric AS den
FROM p
JOIN receivables_settlementline s ON s.date BETWEEN p.first AND p.last
     AND s.date BETWEEN %(p_least_first)s AND %(p_most_last)s AND s.receipt_id IS NOT NULL
JOIN receivables_receivable r ON r.id = s.receivable_id
LEFT JOIN receivables_receipt m ON m.id = s.receipt_id AND m.currency_id <> %(base_currency)s
LEFT JOIN customers_customer c ON c.id = r.customer_id
