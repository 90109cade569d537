-- The account between two days, as the customer keeps it: every document on its own day at its own amount.
-- Sources that are neither receipt nor credit note, and targets that are no item, come in by their lines.
WITH moved AS (
    SELECT {item_key} AS key, i.issue_date AS day,
           CASE WHEN i.retention_of_id IS NULL THEN 'invoiced' ELSE 'held_back' END AS kind, i.{amount} AS amount
    FROM receivables_receivable i {item_join}
    WHERE i.issue_date <= %(until)s {items}
    UNION ALL
    SELECT {money_key}, m.received_date, CASE WHEN m.reversal_of_id IS NULL THEN 'received' ELSE 'reversed' END, -m.{amount}
    FROM receivables_receipt m {money_join}
    WHERE m.received_date <= %(until)s {money}
    UNION ALL
    SELECT {money_key}, m.date, CASE WHEN m.reversal_of_id IS NULL THEN 'credited' ELSE 'reversed' END, -m.{amount}
    FROM receivables_creditnote m {money_join}
    WHERE m.date <= %(until)s {credits}
    {others}
    {exchange}
)
