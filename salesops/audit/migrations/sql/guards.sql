-- Hash of one audit row. jsonb keeps keys in one order; NULLs are left out, so that a column added later
-- does not break old hashes; the time is taken as seconds, so that the session's zone does not matter.
CREATE OR REPLACE FUNCTION audit_hash(content jsonb, at timestamptz) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(
        (jsonb_strip_nulls(content - 'hash' - 'at') || jsonb_build_object('at', extract(epoch FROM at)))::text,
        'UTF8'))
$$;

-- Before each statement: make sure that this transaction has an open seal, and remember it.
CREATE OR REPLACE FUNCTION audit_open_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine text := pg_current_xact_id()::text;
    known text := coalesce(current_setting('salesops.seal', true), '');
    seal bigint;
BEGIN
    IF split_part(known, ':', 2) = mine AND EXISTS (
        SELECT 1 FROM audit_auditseal WHERE id = split_part(known, ':', 1)::bigint AND hash IS NULL) THEN
        RETURN NULL;
    END IF;
    INSERT INTO audit_auditseal (closing, opened_at) VALUES (false, now()) RETURNING id INTO seal;
    PERFORM set_config('salesops.seal', seal || ':' || mine, true);
    RETURN NULL;
END $$;

-- Before each row: the seal it belongs to, where the request came from, its hash.
CREATE OR REPLACE FUNCTION audit_stamp_row() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.seal_id := split_part(current_setting('salesops.seal', true), ':', 1)::bigint;
    IF TG_TABLE_NAME = 'audit_auditlink' THEN
        NEW.hash := audit_hash(to_jsonb(NEW), NULL);
        RETURN NEW;
    END IF;
    IF TG_TABLE_NAME IN ('audit_auditevent', 'audit_accesslog') THEN
        NEW.address := coalesce(NEW.address, nullif(current_setting('salesops.address', true), '')::inet);
    END IF;
    IF NEW.request_id = '' THEN
        NEW.request_id := coalesce(current_setting('salesops.request', true), '');
    END IF;
    NEW.hash := audit_hash(to_jsonb(NEW), NEW.at);
    RETURN NEW;
END $$;

-- What a seal covers: the hashes of its rows, table after table, in the order of their keys.
CREATE OR REPLACE FUNCTION audit_seal_content(seal bigint, OUT content bytea, OUT rows bigint)
LANGUAGE sql STABLE AS $$
    SELECT sha256(coalesce(string_agg(hash, ''::bytea ORDER BY part, id), ''::bytea)), count(*)
    FROM (
        SELECT 1 AS part, id, hash FROM audit_auditevent WHERE seal_id = seal
        UNION ALL SELECT 2, id, hash FROM audit_auditlink WHERE seal_id = seal
        UNION ALL SELECT 3, id, hash FROM audit_rowchange WHERE seal_id = seal
        UNION ALL SELECT 4, id, hash FROM audit_accesslog WHERE seal_id = seal
    ) AS sealed
$$;

CREATE OR REPLACE FUNCTION audit_seal_hash(prev bytea, seq bigint, content bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(prev || convert_to(seq::text, 'UTF8') || content)
$$;

-- At commit, first round: only ask for a second round, so that the lock below is taken after every other
-- check at commit (foreign keys lock rows; taking the chain's lock before them could deadlock).
CREATE OR REPLACE FUNCTION audit_close_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE audit_auditseal SET closing = true WHERE id = NEW.id AND hash IS NULL;
    RETURN NULL;
END $$;

-- At commit, second round: one transaction at a time hangs its seal on the chain.
CREATE OR REPLACE FUNCTION audit_finish_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    sealed record;
    last record;
BEGIN
    SELECT * INTO sealed FROM audit_seal_content(NEW.id);
    PERFORM pg_advisory_xact_lock(hashtextextended('salesops.audit.chain', 0));
    SELECT seq, hash INTO last FROM audit_auditseal WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1;
    UPDATE audit_auditseal SET
        seq = coalesce(last.seq, 0) + 1,
        prev = coalesce(last.hash, ''::bytea),
        content = sealed.content,
        rows = sealed.rows,
        hash = audit_seal_hash(coalesce(last.hash, ''::bytea), coalesce(last.seq, 0) + 1, sealed.content)
    WHERE id = NEW.id AND hash IS NULL;
    RETURN NULL;
END $$;

-- Nobody changes or deletes audit rows, not even their owner; a seal is filled once.
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit rows are never changed or deleted (%)', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;

CREATE OR REPLACE FUNCTION audit_refuse_resealing() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.hash IS NOT NULL OR NEW.id <> OLD.id OR NEW.opened_at <> OLD.opened_at THEN
        RAISE EXCEPTION 'a seal is never changed (%)', OLD.id USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;

-- Row history: one function for every tracked table, once per statement, set-based.
-- Arguments of the trigger: the column of the primary key, and the columns to leave out (caches, secrets).
CREATE OR REPLACE FUNCTION audit_row_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who bigint := nullif(current_setting('salesops.actor', true), '')::bigint;
    request text := coalesce(current_setting('salesops.request', true), '');
    key text := TG_ARGV[0];
    skipped text[] := string_to_array(TG_ARGV[1], ',');
BEGIN
    -- Nothing changed: write nothing, not even an empty seal.
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT 1 FROM new_rows) THEN
            RETURN NULL;
        END IF;
        INSERT INTO audit_rowchange (at, table_name, row_id, op, actor_id, login, request_id)
        SELECT now(), TG_TABLE_NAME, to_jsonb(n) ->> key, 'I', who, session_user, request FROM new_rows AS n;
    ELSIF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT 1 FROM old_rows) THEN
            RETURN NULL;
        END IF;
        INSERT INTO audit_rowchange (at, table_name, row_id, op, old, actor_id, login, request_id)
        SELECT now(), TG_TABLE_NAME, to_jsonb(o) ->> key, 'D', to_jsonb(o) - skipped, who, session_user, request
        FROM old_rows AS o;
    ELSE
        IF NOT EXISTS (
            SELECT to_jsonb(n) - skipped FROM new_rows AS n EXCEPT SELECT to_jsonb(o) - skipped FROM old_rows AS o) THEN
            RETURN NULL;
        END IF;
        WITH became AS (SELECT to_jsonb(n) ->> key AS id, to_jsonb(n) - skipped AS line FROM new_rows AS n),
        was AS (SELECT to_jsonb(o) ->> key AS id, to_jsonb(o) - skipped AS line FROM old_rows AS o)
        INSERT INTO audit_rowchange (at, table_name, row_id, op, old, new, actor_id, login, request_id)
        SELECT now(), TG_TABLE_NAME, became.id, 'U', changed.old, changed.new, who, session_user, request
        FROM became
        JOIN was ON was.id = became.id AND was.line <> became.line,
        LATERAL (
            SELECT jsonb_object_agg(a.key, a.value) AS old, jsonb_object_agg(b.key, b.value) AS new
            FROM jsonb_each(was.line) AS a JOIN jsonb_each(became.line) AS b ON b.key = a.key
            WHERE a.value <> b.value
        ) AS changed;
    END IF;
    RETURN NULL;
END $$;

-- Every fault of the audit: rows that no longer match their hash, rows without a seal, seals that no longer
-- match their rows, and breaks of the chain.
CREATE OR REPLACE FUNCTION audit_verify()
RETURNS TABLE (problem text, place text, row_id bigint, seal bigint)
LANGUAGE sql STABLE AS $$
    WITH sealed AS (
        SELECT 'audit_auditevent' AS place, id, seal_id, hash, audit_hash(to_jsonb(e), e.at) AS expected
        FROM audit_auditevent AS e
        UNION ALL SELECT 'audit_auditlink', id, seal_id, hash, audit_hash(to_jsonb(l), NULL)
        FROM audit_auditlink AS l
        UNION ALL SELECT 'audit_rowchange', id, seal_id, hash, audit_hash(to_jsonb(r), r.at)
        FROM audit_rowchange AS r
        UNION ALL SELECT 'audit_accesslog', id, seal_id, hash, audit_hash(to_jsonb(a), a.at)
        FROM audit_accesslog AS a
    ),
    contents AS (
        SELECT seal_id, count(*) AS rows, sha256(string_agg(hash, ''::bytea ORDER BY part, id)) AS content
        FROM (
            SELECT seal_id, id, hash, CASE place WHEN 'audit_auditevent' THEN 1 WHEN 'audit_auditlink' THEN 2
                WHEN 'audit_rowchange' THEN 3 ELSE 4 END AS part
            FROM sealed
        ) AS parts GROUP BY seal_id
    ),
    chain AS (
        SELECT id, seq, prev, content, rows, hash,
            lag(hash, 1, ''::bytea) OVER (ORDER BY seq) AS before, lag(seq, 1, 0::bigint) OVER (ORDER BY seq) AS number
        FROM audit_auditseal WHERE hash IS NOT NULL
    )
    SELECT 'changed', place, id, seal_id FROM sealed WHERE hash IS DISTINCT FROM expected
    UNION ALL
    SELECT 'without seal', place, sealed.id, seal_id
    FROM sealed LEFT JOIN audit_auditseal AS s ON s.id = sealed.seal_id WHERE s.id IS NULL
    UNION ALL
    SELECT 'rows missing or exchanged', 'audit_auditseal', chain.id, chain.id
    FROM chain LEFT JOIN contents ON contents.seal_id = chain.id
    WHERE coalesce(contents.rows, 0) <> chain.rows
        OR (chain.rows > 0 AND contents.content IS DISTINCT FROM chain.content)
    UNION ALL
    SELECT 'chain broken', 'audit_auditseal', id, id FROM chain
    WHERE prev IS DISTINCT FROM before OR seq <> number + 1
        OR hash IS DISTINCT FROM audit_seal_hash(prev, seq, content)
    ORDER BY 4, 2, 3
$$;

DO $$
DECLARE
    place text;
BEGIN
    FOREACH place IN ARRAY ARRAY['audit_auditevent', 'audit_auditlink', 'audit_rowchange', 'audit_accesslog'] LOOP
        EXECUTE format('CREATE TRIGGER audit_a_open BEFORE INSERT ON %I FOR EACH STATEMENT EXECUTE FUNCTION audit_open_seal()', place);
        EXECUTE format('CREATE TRIGGER audit_b_stamp BEFORE INSERT ON %I FOR EACH ROW EXECUTE FUNCTION audit_stamp_row()', place);
        EXECUTE format('CREATE TRIGGER audit_refuse_change BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION audit_refuse()', place);
        EXECUTE format('CREATE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', place);
    END LOOP;
END $$;
CREATE TRIGGER audit_refuse_delete BEFORE DELETE ON audit_auditseal FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON audit_auditseal FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_refuse_change BEFORE UPDATE ON audit_auditseal FOR EACH ROW EXECUTE FUNCTION audit_refuse_resealing();
CREATE CONSTRAINT TRIGGER audit_close AFTER INSERT ON audit_auditseal DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION audit_close_seal();
CREATE CONSTRAINT TRIGGER audit_finish AFTER UPDATE OF closing ON audit_auditseal DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION audit_finish_seal();
