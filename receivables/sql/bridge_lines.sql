    UNION ALL
    SELECT {item_key}, l.date, '{source}', -l.{amount}
    FROM receivables_settlementline l
    JOIN receivables_receivable i ON i.id = l.receivable_id {item_join}
    {line_join}
    WHERE l.date <= %(until)s AND {condition} {items}
