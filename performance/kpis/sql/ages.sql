-- overdue money by days late: age0 is the day after which an item is not yet one day late, and so on
SELECT sum(num) FILTER (WHERE date < %(age0)s AND date >= %(age1)s) AS age0,
       sum(num) FILTER (WHERE date < %(age1)s AND date >= %(age2)s) AS age1,
       sum(num) FILTER (WHERE date < %(age2)s AND date >= %(age3)s) AS age2,
       sum(num) FILTER (WHERE date < %(age3)s) AS age3
FROM facts
WHERE {where}
