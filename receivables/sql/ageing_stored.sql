-- Ageing as of a day on or after the last posting, from the stored balances of open documents.
WITH item AS (
    SELECT key, {buckets}, sum(open) AS outstanding, sum(open) FILTER (WHERE held) AS retention FROM (
        SELECT {item_key} AS key, {days} AS days, i.outstanding{suffix} AS open, {held} AS held
        FROM receivables_receivable i {item_join}
        WHERE i.outstanding > 0 {items}
    ) e GROUP BY key
),
money AS (
    SELECT key, sum(unallocated) AS unallocated FROM (
        SELECT {money_key} AS key, {money_left} AS unallocated
        FROM receivables_receipt m {money_join} WHERE m.unallocated > 0 {money}
        UNION ALL
        SELECT {money_key}, {money_left}
        FROM receivables_creditnote m {money_join} WHERE m.unallocated > 0 {credits}
    ) x GROUP BY key
)
