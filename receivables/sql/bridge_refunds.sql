    -- Money that went back, at what the receipts and credit notes lost by it.
    UNION ALL
    SELECT {money_key}, l.date, 'refunded', l.{amount}
    FROM receivables_settlementline l
    JOIN receivables_refund m ON m.id = l.refund_id {money_join}
    WHERE l.date <= %(until)s {refunds}
