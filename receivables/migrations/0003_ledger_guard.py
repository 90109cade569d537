"""The last guard of the ledger (quality §2). Every refusal carries the name of the rule as its constraint.

Lock order everywhere: ledger months, receipts, credit notes, receivables; each by ascending key.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION receivables_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: posted rows stay as they are; post a reversal instead',
        TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;
"""

OPEN_MONTH = """
-- TG_ARGV[0] is the posting date's column. The month's row is read FOR SHARE: closing, which takes it
-- FOR UPDATE, waits for postings in flight, and later postings see the closed month.
CREATE FUNCTION receivables_require_open_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    day date;
    is_closed boolean;
BEGIN
    FOR day IN EXECUTE format(
        'SELECT DISTINCT date_trunc(''month'', n.%I)::date FROM new_rows n ORDER BY 1', TG_ARGV[0])
    LOOP
        SELECT closed INTO is_closed FROM receivables_periodlock
            WHERE module = 'receivables' AND month = day FOR SHARE;
        IF NOT FOUND THEN
            INSERT INTO receivables_periodlock (module, month, closed) VALUES ('receivables', day, false)
                ON CONFLICT (module, month) DO NOTHING;
            SELECT closed INTO is_closed FROM receivables_periodlock
                WHERE module = 'receivables' AND month = day FOR SHARE;
        END IF;
        IF is_closed THEN
            RAISE EXCEPTION 'the ledger is closed for %', to_char(day, 'YYYY-MM')
                USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_month_closed';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION receivables_month_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed OR NEW.module <> OLD.module OR NEW.month <> OLD.month THEN
        RAISE EXCEPTION 'a closed month stays closed: post into an open month'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receivables_periodlock_stays_closed BEFORE UPDATE ON receivables_periodlock
    FOR EACH ROW EXECUTE FUNCTION receivables_month_stays_closed();
CREATE TRIGGER receivables_periodlock_kept BEFORE DELETE ON receivables_periodlock
    FOR EACH ROW WHEN (OLD.closed) EXECUTE FUNCTION receivables_refuse();
"""

POST_LINES = """
-- One statement of new lines, however many: lock both sides in the written order, compare them, move the
-- caches once per document. EXECUTE plans afresh, for one line as for a million.
CREATE FUNCTION receivables_post_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
    line bigint;
BEGIN
    EXECUTE 'SELECT 1 FROM receivables_receipt WHERE id IN (SELECT receipt_id FROM new_rows)
        ORDER BY id FOR NO KEY UPDATE';
    EXECUTE 'SELECT 1 FROM receivables_creditnote WHERE id IN (SELECT credit_note_id FROM new_rows)
        ORDER BY id FOR NO KEY UPDATE';
    EXECUTE 'SELECT 1 FROM receivables_receivable WHERE id IN (SELECT receivable_id FROM new_rows)
        ORDER BY id FOR NO KEY UPDATE';
    EXECUTE $q$
        SELECT n.id, CASE
            WHEN i.customer_id <> n.customer_id OR coalesce(r.customer_id, c.customer_id) <> n.customer_id
                THEN 'receivables_line_same_customer'
            WHEN i.currency_id <> n.currency_id OR coalesce(r.currency_id, c.currency_id) <> n.currency_id
                THEN 'receivables_line_same_currency'
            WHEN n.reversal_of_id IS NULL AND (coalesce(r.reversed_date, c.reversed_date) IS NOT NULL
                    OR coalesce(r.reversal_of_id, c.reversal_of_id) IS NOT NULL)
                THEN 'receivables_line_document_reversed'
            ELSE 'receivables_line_date_before_documents' END
        FROM new_rows n
        JOIN receivables_receivable i ON i.id = n.receivable_id
        LEFT JOIN receivables_receipt r ON r.id = n.receipt_id
        LEFT JOIN receivables_creditnote c ON c.id = n.credit_note_id
        WHERE i.customer_id <> n.customer_id OR coalesce(r.customer_id, c.customer_id) <> n.customer_id
           OR i.currency_id <> n.currency_id OR coalesce(r.currency_id, c.currency_id) <> n.currency_id
           OR (n.reversal_of_id IS NULL AND (coalesce(r.reversed_date, c.reversed_date) IS NOT NULL
                OR coalesce(r.reversal_of_id, c.reversal_of_id) IS NOT NULL))
           OR n.date < i.issue_date OR n.date < coalesce(r.received_date, c.date)
        LIMIT 1 $q$ INTO line, broken;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'settlement line % breaks %', line, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    EXECUTE $q$
        SELECT n.id FROM new_rows n LEFT JOIN receivables_settlementline o ON o.id = n.reversal_of_id
        WHERE n.reversal_of_id IS NOT NULL AND (o.id IS NULL OR o.reversal_of_id IS NOT NULL
            OR o.receivable_id <> n.receivable_id OR o.receipt_id IS DISTINCT FROM n.receipt_id
            OR o.credit_note_id IS DISTINCT FROM n.credit_note_id OR o.amount <> -n.amount
            OR o.base_amount <> -n.base_amount OR n.date < o.date)
        LIMIT 1 $q$ INTO line;
    IF line IS NOT NULL THEN
        RAISE EXCEPTION 'settlement line % does not mirror the line it reverses', line
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_line_mirrors_original';
    END IF;
    EXECUTE 'UPDATE receivables_receipt d SET used = d.used + s.total
        FROM (SELECT receipt_id AS id, sum(amount) AS total FROM new_rows
              WHERE receipt_id IS NOT NULL GROUP BY receipt_id) s WHERE d.id = s.id';
    EXECUTE 'UPDATE receivables_creditnote d SET used = d.used + s.total
        FROM (SELECT credit_note_id AS id, sum(amount) AS total FROM new_rows
              WHERE credit_note_id IS NOT NULL GROUP BY credit_note_id) s WHERE d.id = s.id';
    EXECUTE 'UPDATE receivables_receivable d
        SET settled = d.settled + s.total, settled_base = d.settled_base + s.base
        FROM (SELECT receivable_id AS id, sum(amount) AS total, sum(base_amount) AS base
              FROM new_rows GROUP BY receivable_id) s WHERE d.id = s.id';
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_line_posted AFTER INSERT ON receivables_settlementline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION receivables_post_lines();
CREATE TRIGGER receivables_line_open_month AFTER INSERT ON receivables_settlementline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION receivables_require_open_month('date');
CREATE TRIGGER receivables_line_append_only BEFORE UPDATE ON receivables_settlementline
    FOR EACH ROW EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_line_not_deleted BEFORE DELETE ON receivables_settlementline
    FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_line_not_truncated BEFORE TRUNCATE ON receivables_settlementline
    FOR EACH STATEMENT EXECUTE FUNCTION receivables_refuse();
"""

# A receipt or credit note is reversed by its mirror; the original then shows the day.
REVERSE = """
CREATE FUNCTION receivables_reverse_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    original receivables_{table}%ROWTYPE;
BEGIN
    SELECT * INTO original FROM receivables_{table} WHERE id = NEW.reversal_of_id FOR NO KEY UPDATE;
    IF original.reversal_of_id IS NOT NULL OR original.reversed_date IS NOT NULL
        OR original.customer_id <> NEW.customer_id OR original.currency_id <> NEW.currency_id
        OR original.amount <> -NEW.amount OR original.base_amount <> -NEW.base_amount
        OR original.used <> 0 OR NEW.{date} < original.{date} THEN
        RAISE EXCEPTION 'the reversal does not mirror {table} %', original.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_{table}_mirrors_original';
    END IF;
    UPDATE receivables_{table} SET reversed_date = NEW.{date} WHERE id = original.id;
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_{table}_reversal AFTER INSERT ON receivables_{table}
    FOR EACH ROW WHEN (NEW.reversal_of_id IS NOT NULL) EXECUTE FUNCTION receivables_reverse_{table}();
"""

DOCUMENT = """
CREATE TRIGGER receivables_{table}_open_month AFTER INSERT ON receivables_{table}
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION receivables_require_open_month('{date}');
CREATE TRIGGER receivables_{table}_starts_clean BEFORE INSERT ON receivables_{table}
    FOR EACH ROW WHEN ({dirty}) EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_{table}_immutable BEFORE UPDATE ON receivables_{table}
    FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_{table}_caches BEFORE UPDATE ON receivables_{table}
    FOR EACH ROW WHEN (pg_trigger_depth() < 1 AND ({old_cache}) IS DISTINCT FROM ({new_cache}))
    EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_{table}_not_deleted BEFORE DELETE ON receivables_{table}
    FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_{table}_not_truncated BEFORE TRUNCATE ON receivables_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION receivables_refuse();
"""

COMMON = [
    "id",
    "number",
    "customer_id",
    "owner_id",
    "team_id",
    "currency_id",
    "amount",
    "base_rate",
    "base_amount",
    "source",
    "created_at",
    "created_by_id",
]
DOCUMENTS = {
    "receivable": {
        "date": "issue_date",
        "fixed": ["issue_date", "due_date", "payment_term_id", "due_rule", "order_id", "contract_id"],
        "caches": ["settled", "settled_base"],
        "dirty": "NEW.settled <> 0 OR NEW.settled_base <> 0",
    },
    "receipt": {
        "date": "received_date",
        "fixed": ["received_date", "method", "bank_account", "bank_reference", "reversal_of_id", "reason"],
        "caches": ["used", "reversed_date"],
        "dirty": "NEW.used <> 0 OR NEW.reversed_date IS NOT NULL",
    },
    "creditnote": {
        "date": "date",
        "fixed": ["date", "receivable_id", "reversal_of_id", "reason"],
        "caches": ["used", "reversed_date"],
        "dirty": "NEW.used <> 0 OR NEW.reversed_date IS NOT NULL",
    },
}

# The one door by which a wrong import leaves the ledger: nothing else stands on it, its months are open.
REMOVAL = """
CREATE FUNCTION receivables_remove() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    in_closed_month boolean;
BEGIN
    IF NEW.kind = 'receivable' THEN
        PERFORM 1 FROM receivables_receivable WHERE id = NEW.object_id AND source = 'import' FOR UPDATE;
        IF NOT FOUND OR EXISTS (SELECT 1 FROM receivables_settlementline WHERE receivable_id = NEW.object_id)
            OR EXISTS (SELECT 1 FROM receivables_reminder WHERE receivable_id = NEW.object_id)
            OR EXISTS (SELECT 1 FROM receivables_creditnote WHERE receivable_id = NEW.object_id) THEN
            RAISE EXCEPTION 'receivable % was not imported, or something stands on it', NEW.number
                USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_removal_refused';
        END IF;
        SELECT EXISTS (SELECT 1 FROM receivables_receivable i JOIN receivables_periodlock m
            ON m.module = 'receivables' AND m.month = date_trunc('month', i.issue_date)::date
            WHERE i.id = NEW.object_id AND m.closed) INTO in_closed_month;
    ELSIF NEW.kind = 'receipt' THEN
        PERFORM 1 FROM receivables_receipt WHERE id = NEW.object_id AND source = 'import'
            AND reversed_date IS NULL AND reversal_of_id IS NULL FOR UPDATE;
        IF NOT FOUND OR EXISTS (SELECT 1 FROM receivables_settlementline
                WHERE receipt_id = NEW.object_id AND reversal_of_id IS NOT NULL) THEN
            RAISE EXCEPTION 'receipt % was not imported, or something stands on it', NEW.number
                USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_removal_refused';
        END IF;
        SELECT EXISTS (SELECT 1 FROM (
                SELECT received_date AS day FROM receivables_receipt WHERE id = NEW.object_id
                UNION SELECT date FROM receivables_settlementline WHERE receipt_id = NEW.object_id) d
            JOIN receivables_periodlock m ON m.module = 'receivables' AND m.closed
                AND m.month = date_trunc('month', d.day)::date) INTO in_closed_month;
    ELSIF NEW.kind = 'credit_note' THEN
        PERFORM 1 FROM receivables_creditnote WHERE id = NEW.object_id AND source = 'import'
            AND reversed_date IS NULL AND reversal_of_id IS NULL FOR UPDATE;
        IF NOT FOUND OR EXISTS (SELECT 1 FROM receivables_settlementline
                WHERE credit_note_id = NEW.object_id AND reversal_of_id IS NOT NULL) THEN
            RAISE EXCEPTION 'credit note % was not imported, or something stands on it', NEW.number
                USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_removal_refused';
        END IF;
        SELECT EXISTS (SELECT 1 FROM (
                SELECT date AS day FROM receivables_creditnote WHERE id = NEW.object_id
                UNION SELECT date FROM receivables_settlementline WHERE credit_note_id = NEW.object_id) d
            JOIN receivables_periodlock m ON m.module = 'receivables' AND m.closed
                AND m.month = date_trunc('month', d.day)::date) INTO in_closed_month;
    ELSE
        RAISE EXCEPTION 'unknown kind %', NEW.kind USING ERRCODE = 'check_violation';
    END IF;
    IF in_closed_month THEN
        RAISE EXCEPTION '% lies in a closed month', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_month_closed';
    END IF;
    PERFORM 1 FROM receivables_receivable WHERE id IN (
        SELECT receivable_id FROM receivables_settlementline
        WHERE (NEW.kind = 'receipt' AND receipt_id = NEW.object_id)
           OR (NEW.kind = 'credit_note' AND credit_note_id = NEW.object_id)) ORDER BY id FOR NO KEY UPDATE;
    UPDATE receivables_receivable i SET settled = i.settled - s.total, settled_base = i.settled_base - s.base
        FROM (SELECT receivable_id, sum(amount) AS total, sum(base_amount) AS base
              FROM receivables_settlementline
              WHERE (NEW.kind = 'receipt' AND receipt_id = NEW.object_id)
                 OR (NEW.kind = 'credit_note' AND credit_note_id = NEW.object_id)
              GROUP BY receivable_id) s WHERE i.id = s.receivable_id;
    DELETE FROM receivables_settlementline WHERE (NEW.kind = 'receipt' AND receipt_id = NEW.object_id)
        OR (NEW.kind = 'credit_note' AND credit_note_id = NEW.object_id);
    IF NEW.kind = 'receivable' THEN
        DELETE FROM receivables_receivable WHERE id = NEW.object_id;
    ELSIF NEW.kind = 'receipt' THEN
        DELETE FROM receivables_receipt WHERE id = NEW.object_id;
    ELSE
        DELETE FROM receivables_creditnote WHERE id = NEW.object_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_removal_done AFTER INSERT ON receivables_ledgerremoval
    FOR EACH ROW EXECUTE FUNCTION receivables_remove();
CREATE TRIGGER receivables_removal_kept BEFORE UPDATE OR DELETE ON receivables_ledgerremoval
    FOR EACH ROW EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_removal_not_truncated BEFORE TRUNCATE ON receivables_ledgerremoval
    FOR EACH STATEMENT EXECUTE FUNCTION receivables_refuse();
"""


def _columns(prefix, names):
    return ", ".join(f"{prefix}.{name}" for name in names)


def _document_sql(table, spec):
    fixed = COMMON + spec["fixed"]
    return DOCUMENT.format(
        table=table,
        date=spec["date"],
        dirty=spec["dirty"],
        old=_columns("OLD", fixed),
        new=_columns("NEW", fixed),
        old_cache=_columns("OLD", spec["caches"]),
        new_cache=_columns("NEW", spec["caches"]),
    )


FORWARD = [REFUSE, OPEN_MONTH, POST_LINES]
FORWARD += [_document_sql(table, spec) for table, spec in DOCUMENTS.items()]
FORWARD += [
    REVERSE.replace("{table}", "receipt").replace("{date}", "received_date"),
    REVERSE.replace("{table}", "creditnote").replace("{date}", "date"),
    REMOVAL,
]
BACKWARD = """
DROP FUNCTION receivables_remove() CASCADE;
DROP FUNCTION receivables_reverse_receipt() CASCADE;
DROP FUNCTION receivables_reverse_creditnote() CASCADE;
DROP FUNCTION receivables_post_lines() CASCADE;
DROP FUNCTION receivables_month_stays_closed() CASCADE;
DROP FUNCTION receivables_require_open_month() CASCADE;
DROP FUNCTION receivables_refuse() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("receivables", "0002_ledger_columns")]
    operations = [migrations.RunSQL("\n".join(FORWARD), BACKWARD)]
