-- Yardstick: one row per open item that is due soon or overdue, written to a table.
CREATE TEMPORARY TABLE bench_reminder ON COMMIT DROP AS
SELECT id, customer_id, owner_id, due_date, outstanding,
       CASE WHEN due_date >= %(as_of)s THEN 'notice' ELSE 'overdue' END AS kind
FROM receivables_receivable
WHERE outstanding > 0 AND NOT disputed AND due_date <= %(as_of)s::date + 7
