-- The orders that make up one part of the exposure; the rows of exposure_orders.sql are put in front of it as "o".
SELECT o.id, o.billed, o.back, o.left_over
FROM o
WHERE o.state = %(state)s AND o.left_over > 0
ORDER BY o.id
