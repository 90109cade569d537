-- What was owed on one day, what came and went, and what was owed on another: items and the lines on them.
-- A reversal stands on its own day; both sides of every line are the item's, so owner and team are the item's.
WITH moved AS (
    SELECT {item_key} AS key, i.issue_date AS day,
           CASE WHEN i.retention_of_id IS NULL THEN 'invoiced' ELSE 'held_back' END AS kind, i.{amount} AS amount
    FROM receivables_receivable i {item_join}
    WHERE i.issue_date <= %(until)s {items}
    UNION ALL
    SELECT {item_key}, l.date, {line_kind}, -l.{amount}
    FROM receivables_settlementline l
    JOIN receivables_receivable i ON i.id = l.receivable_id {item_join}
    {line_joins}
    WHERE l.date <= %(until)s {items}
)
