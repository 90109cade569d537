-- Ageing as of a day from documents and lines. What an item has open is linear in its lines, so nothing is summed
-- per item: items count with what they begin with, lines with what they move, each in the bucket of the item.
-- Forward, a document begins with its amount and the lines up to the day take from it; backward, it begins with
-- what is open now and the lines after the day are put back. Both say the same; the nearer end is read.
WITH item AS (
    SELECT key, {buckets}, sum(open) AS outstanding, sum(open) FILTER (WHERE held) AS retention FROM (
        SELECT {item_key} AS key, {days} AS days, {item_open} AS open, {held} AS held
        FROM receivables_receivable i {item_join}
        WHERE i.issue_date <= %(as_of)s {item_begins} {items}
        UNION ALL
        SELECT {item_key}, {days}, {sign}l.{amount}, {held}
        FROM receivables_settlementline l
        JOIN receivables_receivable i ON i.id = l.receivable_id {item_join}
        WHERE {line_days} AND i.issue_date <= %(as_of)s {items}
    ) e GROUP BY key
),
-- unallocated money, document by document since each is rounded by itself in the base currency
money AS (
    SELECT key, sum(unallocated) AS unallocated FROM (
        SELECT {money_key} AS key, {money_left} AS unallocated
        FROM receivables_receipt m {money_join}
        LEFT JOIN (SELECT receipt_id AS id, sum(amount) AS amount FROM receivables_settlementline l
                   WHERE {line_days} {of_receipts} AND receipt_id IS NOT NULL GROUP BY 1) l ON l.id = m.id
        WHERE m.received_date <= %(as_of)s {money_begins} {money}
        UNION ALL
        SELECT {money_key}, {money_left}
        FROM receivables_creditnote m {money_join}
        LEFT JOIN (SELECT credit_note_id AS id, sum(amount) AS amount FROM receivables_settlementline l
                   WHERE {line_days} {of_credits} AND credit_note_id IS NOT NULL GROUP BY 1) l ON l.id = m.id
        WHERE m.date <= %(as_of)s {money_begins} {credits}
    ) x WHERE unallocated <> 0 GROUP BY key
)
