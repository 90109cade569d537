-- Items open at the end of a day with their years since issue (what is held back is as old as its item), at the handbook's rate or at their own of the run before.
INSERT INTO receivables_provisionline (run_id, receivable_id, customer_id, outstanding, age_days, year, rate, amount, reason)
SELECT %(run)s, o.id, o.customer_id, o.open, o.days, o.year, o.rate, round(o.open * o.rate, %(coins)s), o.reason
FROM (
    SELECT e.*, CASE WHEN p.reason <> '' THEN p.rate ELSE (%(rates)s::numeric[])[e.year + 1] END AS rate,
           coalesce(p.reason, '') AS reason
    FROM (
        SELECT i.id, i.customer_id, %(as_of)s::date - coalesce(h.issue_date, i.issue_date) AS days,
               least(greatest(%(as_of)s::date - coalesce(h.issue_date, i.issue_date) - 1, 0) / 365, 5) AS year,
               i.base_amount - coalesce(sum(l.base_amount), 0) AS open
        FROM receivables_receivable i
        LEFT JOIN receivables_receivable h ON h.id = i.retention_of_id
        LEFT JOIN receivables_settlementline l ON l.receivable_id = i.id AND l.date <= %(as_of)s
        WHERE i.issue_date <= %(as_of)s
        GROUP BY i.id, h.issue_date
    ) e
    LEFT JOIN receivables_provisionline p ON p.run_id = %(previous)s AND p.receivable_id = e.id
    WHERE e.open > 0
) o
