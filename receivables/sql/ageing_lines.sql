-- Ageing as of a day, from documents and lines alone. What an item has open is linear in its lines, so nothing
-- is summed per item: items count with their amount, lines against them, each in the bucket of the item. The
-- same holds for unallocated money in one currency; only other currencies are rounded document by document.
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
money AS (
    SELECT key, sum(unallocated) AS unallocated FROM (
        SELECT {money_key} AS key, m.amount AS unallocated FROM receivables_receipt m
        WHERE m.received_date <= %(as_of)s AND m.currency_id = %(home)s {money}
        UNION ALL
        SELECT {money_key}, m.amount FROM receivables_creditnote m
        WHERE m.date <= %(as_of)s AND m.currency_id = %(home)s {credits}
        UNION ALL
        {home_lines}
        {foreign}
    ) x GROUP BY key
)
