    -- In base currency a document counts at its own rate and settles an item at the item's: the difference, once before
    -- the first day and once in the time, document by document since each is rounded by itself.
    UNION ALL
    SELECT x.key, e.day, 'exchange', e.amount FROM (
        SELECT {money_key} AS key,
               CASE WHEN m.{day} < %(since)s
                    THEN m.base_amount - round((m.amount - coalesce(l.before, 0)) * m.base_rate, {places}) - coalesce(l.base_before, 0)
                    ELSE 0 END AS opening,
               m.base_amount - round((m.amount - coalesce(l.amount, 0)) * m.base_rate, {places}) - coalesce(l.base, 0) AS closing
        FROM {table} m {money_join}
        LEFT JOIN (
            SELECT {source}_id AS id, sum(amount) AS amount, sum(base_amount) AS base,
                   sum(amount) FILTER (WHERE date < %(since)s) AS before,
                   sum(base_amount) FILTER (WHERE date < %(since)s) AS base_before
            FROM receivables_settlementline WHERE date <= %(until)s AND {source}_id IS NOT NULL GROUP BY 1
        ) l ON l.id = m.id
        WHERE m.{day} <= %(until)s AND (m.base_rate <> 1 OR m.currency_id <> %(base)s) {narrow}
    ) x CROSS JOIN LATERAL (VALUES (%(since)s::date - 1, x.opening), (%(until)s::date, x.closing - x.opening)) e (day, amount)
    WHERE e.amount <> 0
