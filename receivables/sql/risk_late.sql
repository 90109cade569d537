-- Average days late of what was paid in the last three months and in the nine months before, weighted by base amount.
SELECT i.customer_id,
       sum(l.base_amount * greatest(l.date - i.due_date, 0)) FILTER (WHERE l.date > %(on)s::date - 91)
           / nullif(sum(l.base_amount) FILTER (WHERE l.date > %(on)s::date - 91), 0) AS now,
       sum(l.base_amount * greatest(l.date - i.due_date, 0)) FILTER (WHERE l.date <= %(on)s::date - 91)
           / nullif(sum(l.base_amount) FILTER (WHERE l.date <= %(on)s::date - 91), 0) AS before
FROM receivables_settlementline l
JOIN receivables_receivable i ON i.id = l.receivable_id
WHERE l.receipt_id IS NOT NULL AND l.date > %(on)s::date - 365 AND l.date <= %(on)s
GROUP BY i.customer_id
