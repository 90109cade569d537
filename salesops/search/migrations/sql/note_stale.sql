-- Notes which rows of an indexed table changed. Neighbouring keys of one statement become one run.
-- The tables have columns of their own names: a variable called like one of them (kind) is the variable.
CREATE OR REPLACE FUNCTION search_note_stale() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    kind integer := TG_ARGV[0]::integer;
    many bigint;
    lo bigint;
    hi bigint;
BEGIN
    IF TG_LEVEL = 'ROW' THEN
        INSERT INTO search_searchstale (subject_type_id, first_id, last_id) VALUES (kind, NEW.id, NEW.id);
        RETURN NULL;
    END IF;
    SELECT count(*), min(t.id), max(t.id) INTO many, lo, hi FROM touched AS t;
    IF many = 0 THEN
        RETURN NULL;
    END IF;
    IF hi - lo < 2 * many THEN
        INSERT INTO search_searchstale (subject_type_id, first_id, last_id) VALUES (kind, lo, hi);
    ELSE
        INSERT INTO search_searchstale (subject_type_id, first_id, last_id)
        SELECT kind, t.id, t.id FROM touched AS t;
    END IF;
    RETURN NULL;
END $$;
