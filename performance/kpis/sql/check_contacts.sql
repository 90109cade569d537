SELECT c.code || ': last contact ' || COALESCE(l.contact_date::text, 'none') || ', by the visits '
       || COALESCE(v.contact_date::text, 'none')
FROM customers_customer c
LEFT JOIN customers_lastcontact l ON l.customer_id = c.id
LEFT JOIN (
    SELECT customer_id, max(visit_date) AS contact_date,
           max(visit_date) FILTER (WHERE customers_is_meeting(kind)) AS meeting_date
    FROM customers_visit WHERE state = 'done' GROUP BY customer_id
) v ON v.customer_id = c.id
WHERE l.id IS NULL
   OR (l.since, l.customer_class, l.contact_date, l.meeting_date)
      IS DISTINCT FROM (c.created_date, c.customer_class, v.contact_date, v.meeting_date)
ORDER BY c.code
