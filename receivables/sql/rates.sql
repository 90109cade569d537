-- All that rates and recovery are made of, in one passage: items and the lines on them, summed by the month of issue or
-- posting, the month of the due day and the month in which the item was first overdue. Months before the floor are
-- taken together: they only count as what stood open then.
SELECT key, kind, greatest(date_trunc('month', day)::date, %(floor)s::date) AS month,
       greatest(date_trunc('month', due)::date, %(floor)s::date) AS due_month,
       greatest(date_trunc('month', due + 1)::date, %(floor)s::date) AS late_month,
       lag, disputed, sum(amount) AS amount
FROM (
    SELECT {item_key} AS key, 'item' AS kind, i.issue_date AS day, i.due_date AS due, NULL::int AS lag, i.disputed,
           i.base_amount AS amount
    FROM receivables_receivable i {item_join}
    WHERE i.issue_date <= %(until)s {items}
    UNION ALL
    SELECT {item_key}, CASE WHEN l.receipt_id IS NULL THEN 'other' ELSE 'money' END, l.date, i.due_date,
           CASE WHEN l.date <= i.due_date THEN 0 WHEN l.date <= i.due_date + 30 THEN 30
                WHEN l.date <= i.due_date + 60 THEN 60 WHEN l.date <= i.due_date + 90 THEN 90 ELSE 999 END,
           i.disputed, l.base_amount
    FROM receivables_settlementline l
    JOIN receivables_receivable i ON i.id = l.receivable_id {item_join}
    WHERE l.date <= %(until)s {items}
    UNION ALL
    SELECT {money_key}, 'receipt', m.received_date, m.received_date, NULL, false, m.base_amount
    FROM receivables_receipt m {money_join}
    WHERE m.received_date BETWEEN %(floor)s AND %(until)s {money}
    UNION ALL
    SELECT {money_key}, 'credit', m.date, m.date, NULL, false, m.base_amount
    FROM receivables_creditnote m {money_join}
    WHERE m.date BETWEEN %(floor)s AND %(until)s {credits}
) x
GROUP BY 1, 2, 3, 4, 5, 6, 7
