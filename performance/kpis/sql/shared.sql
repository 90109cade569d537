-- shared: shares of customers that several people have, with all who have one at the same time.
shared(customer_id, owner_id, team_id, share, from_date, to_date, together) AS MATERIALIZED (
    SELECT s.customer_id, s.owner_id, s.team_id, s.share, s.from_date, COALESCE(s.to_date, 'infinity'::date),
           (SELECT array_agg(o.owner_id) FROM customers_customerownership o
            WHERE o.customer_id = s.customer_id AND o.share < 1
              AND daterange(o.from_date, o.to_date, '[]') && daterange(s.from_date, s.to_date, '[]'))
    FROM customers_customerownership s
    WHERE s.share < 1
)
