-- One part of the index for each kind of record, each with its own index of words and its own statistics: a word
-- that stands in a million visits costs a search for customers nothing. Names of indexes stay as they were.
ALTER TABLE search_searchentry RENAME TO search_entry_before;
CREATE SEQUENCE search_searchentry_key;
CREATE TABLE search_searchentry (
    id bigint NOT NULL DEFAULT nextval('search_searchentry_key'),
    subject_type_id integer NOT NULL,
    subject_id bigint NOT NULL,
    key varchar(80) NOT NULL,
    title varchar(100) NOT NULL,
    tokens tsvector NOT NULL
) PARTITION BY LIST (subject_type_id);
ALTER SEQUENCE search_searchentry_key OWNED BY search_searchentry.id;
DO $$
DECLARE kind integer;
BEGIN
    FOR kind IN SELECT DISTINCT subject_type_id FROM search_entry_before LOOP
        EXECUTE format('CREATE TABLE search_searchentry_%s PARTITION OF search_searchentry FOR VALUES IN (%s)', kind, kind);
    END LOOP;
END $$;
INSERT INTO search_searchentry (subject_type_id, subject_id, key, title, tokens)
SELECT subject_type_id, subject_id, key, title, tokens FROM search_entry_before ORDER BY subject_type_id, subject_id;
DROP TABLE search_entry_before;
ALTER TABLE search_searchentry
    ADD CONSTRAINT search_searchentry_one_per_record UNIQUE (subject_type_id, subject_id);
CREATE INDEX search_entry_tokens ON search_searchentry USING gin (tokens);
ANALYZE search_searchentry;
