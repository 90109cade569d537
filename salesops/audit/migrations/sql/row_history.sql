-- Row history: one function for every tracked table, once per statement, set-based.
-- Arguments of the trigger: the column of the primary key, and the columns to leave out (caches, secrets).
-- Old and new rows are paired by grouping, not by a join: a plan made for one row must also do for a million.
CREATE OR REPLACE FUNCTION audit_row_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    who bigint := nullif(current_setting('salesops.actor', true), '')::bigint;
    request text := coalesce(current_setting('salesops.request', true), '');
    key_column text := TG_ARGV[0];
    skipped text[] := string_to_array(TG_ARGV[1], ',');
BEGIN
    -- Nothing changed: write nothing, not even an empty seal.
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT 1 FROM new_rows) THEN
            RETURN NULL;
        END IF;
        INSERT INTO audit_rowchange (at, table_name, row_id, op, actor_id, login, request_id)
        SELECT now(), TG_TABLE_NAME, to_jsonb(n) ->> key_column, 'I', who, session_user, request
        FROM new_rows AS n;
    ELSIF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT 1 FROM old_rows) THEN
            RETURN NULL;
        END IF;
        INSERT INTO audit_rowchange (at, table_name, row_id, op, old, actor_id, login, request_id)
        SELECT now(), TG_TABLE_NAME, to_jsonb(o) ->> key_column, 'D', to_jsonb(o) - skipped, who, session_user,
            request
        FROM old_rows AS o;
    ELSE
        IF NOT EXISTS (
            SELECT to_jsonb(n) - skipped FROM new_rows AS n
            EXCEPT SELECT to_jsonb(o) - skipped FROM old_rows AS o) THEN
            RETURN NULL;
        END IF;
        INSERT INTO audit_rowchange (at, table_name, row_id, op, old, new, actor_id, login, request_id)
        SELECT now(), TG_TABLE_NAME, pair.id, 'U', changed.was, changed.became, who, session_user, request
        FROM (
            SELECT sides.id,
                (array_agg(sides.line) FILTER (WHERE NOT sides.fresh))[1] AS was,
                (array_agg(sides.line) FILTER (WHERE sides.fresh))[1] AS became
            FROM (
                SELECT to_jsonb(o) ->> key_column AS id, to_jsonb(o) - skipped AS line, false AS fresh
                FROM old_rows AS o
                UNION ALL
                SELECT to_jsonb(n) ->> key_column, to_jsonb(n) - skipped, true FROM new_rows AS n
            ) AS sides
            GROUP BY sides.id
        ) AS pair,
        LATERAL (
            SELECT jsonb_object_agg(a.key, a.value) AS was,
                jsonb_object_agg(a.key, pair.became -> a.key) AS became
            FROM jsonb_each(pair.was) AS a WHERE a.value <> pair.became -> a.key
        ) AS changed
        WHERE pair.was <> pair.became;
    END IF;
    RETURN NULL;
END $$;
