-- Ageing as of a day, from documents and lines alone. What an item has open is linear in its lines, so nothing
-- is summed per item: items count with their amount, lines against them, each in the bucket of the item.
-- Places: {amount} amount|base_amount, {days} the item's age, {item_key} {money_key}, {items} {money} filters,
-- {buckets} one column per bucket.
WITH item_entry AS (
    SELECT {item_key} AS key, {days} AS days, i.{amount} AS open
    FROM receivables_receivable i
    WHERE i.issue_date <= %(as_of)s {items}
    UNION ALL
    SELECT {item_key}, {days}, -l.{amount}
    FROM receivables_settlementline l
    JOIN receivables_receivable i ON i.id = l.receivable_id
    WHERE l.date <= %(as_of)s {items}
),
item AS (
    SELECT key, {buckets}, sum(open) AS outstanding FROM item_entry e GROUP BY key
),
used AS (
    SELECT l.receipt_id, l.credit_note_id, sum(l.amount) AS used
    FROM receivables_settlementline l
    WHERE l.date <= %(as_of)s {lines}
    GROUP BY l.receipt_id, l.credit_note_id
),
money AS (
    SELECT key, sum(unallocated) AS unallocated FROM (
        SELECT {money_key} AS key, {left} AS unallocated
        FROM receivables_receipt m
        LEFT JOIN used u ON u.receipt_id = m.id
        WHERE m.received_date <= %(as_of)s {money}
        UNION ALL
        SELECT {money_key}, {left}
        FROM receivables_creditnote m
        LEFT JOIN used u ON u.credit_note_id = m.id
        WHERE m.date <= %(as_of)s {credits}
    ) x GROUP BY key
)
