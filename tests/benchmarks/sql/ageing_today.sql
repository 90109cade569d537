-- Yardstick: ageing by customer today, from stored balances.
SELECT customer_id, sum(outstanding_base) FILTER (WHERE days <= 0),
       sum(outstanding_base) FILTER (WHERE days BETWEEN 1 AND 30),
       sum(outstanding_base) FILTER (WHERE days BETWEEN 31 AND 60),
       sum(outstanding_base) FILTER (WHERE days BETWEEN 61 AND 90),
       sum(outstanding_base) FILTER (WHERE days > 90), sum(outstanding_base)
FROM (SELECT customer_id, outstanding_base, %(as_of)s::date - due_date AS days FROM receivables_receivable
      WHERE outstanding > 0) i
GROUP BY customer_id
