LEFT JOIN (SELECT source, source_id, product_id, min(category) AS category FROM performance_kpifact
           WHERE period = ANY(%(kept_periods)s) GROUP BY 1, 2, 3) z
     ON z.source = x.source AND z.source_id = x.source_id AND z.product_id = x.product_id
