-- To whom a statement would go on a day, and why others get none: a line for each customer and currency that
-- had anything open at the end of the period or any document in it.
WITH moved AS (
    SELECT i.customer_id, i.currency_id, i.issue_date AS day, i.amount FROM receivables_receivable i
    WHERE i.issue_date <= %(until)s
    UNION ALL
    SELECT m.customer_id, m.currency_id, m.received_date, -m.amount FROM receivables_receipt m
    WHERE m.received_date <= %(until)s
    UNION ALL
    SELECT m.customer_id, m.currency_id, m.date, -m.amount FROM receivables_creditnote m WHERE m.date <= %(until)s
    UNION ALL
    SELECT m.customer_id, m.currency_id, m.date, m.amount FROM receivables_refund m WHERE m.date <= %(until)s
    UNION ALL
    SELECT l.customer_id, l.currency_id, l.date, -l.amount FROM receivables_settlementline l
    WHERE l.date <= %(until)s AND l.adjustment_id IS NOT NULL
),
account AS (
    SELECT customer_id, currency_id, sum(amount) AS closing, bool_or(day >= %(since)s) AS moves
    FROM moved GROUP BY customer_id, currency_id
)
SELECT c.id, c.code, coalesce(nullif(c.short_name, ''), c.name) AS name, a.currency_id, a.closing,
       coalesce(p.email, '') AS email, c.kind = 'overseas' AS abroad,
       CASE WHEN a.closing = 0 AND NOT a.moves OR abs(a.closing) < %(at_least)s THEN 'statement_nothing'
            WHEN EXISTS (SELECT 1 FROM receivables_statement s WHERE s.customer_id = c.id
                         AND s.currency_id = a.currency_id AND s.until = %(until)s) THEN 'statement_had_one'
            WHEN coalesce(p.email, '') = '' THEN 'statement_no_email'
            ELSE '' END AS reason
FROM account a
JOIN customers_customer c ON c.id = a.customer_id
LEFT JOIN LATERAL (
    SELECT email FROM customers_contact p WHERE p.customer_id = c.id AND NOT p.left AND p.email <> '' AND p.is_primary
    LIMIT 1
) p ON true
WHERE (%(owner)s::bigint IS NULL OR c.owner_id = %(owner)s) AND (%(team)s::bigint IS NULL OR c.team_id = %(team)s)
  AND (%(currency)s = '' OR a.currency_id = %(currency)s)
ORDER BY reason, c.code, a.currency_id
