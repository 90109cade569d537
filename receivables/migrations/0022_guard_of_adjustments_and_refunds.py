"""The guard of the ledger with adjustments as a source, refunds as a target, and exchange differences.

Lock order everywhere: ledger months, receipts, credit notes, adjustments, refunds, receivables; each by ascending key.
"""

from importlib import import_module

from django.db import migrations, models

guard = import_module("receivables.migrations.0003_ledger_guard")
past = import_module("receivables.migrations.0010_past_days")

POST_LINES = """
CREATE OR REPLACE FUNCTION receivables_post_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
    line bigint;
BEGIN
    EXECUTE 'SELECT 1 FROM receivables_receipt WHERE id IN (SELECT receipt_id FROM new_rows)
        ORDER BY id FOR NO KEY UPDATE';
    EXECUTE 'SELECT 1 FROM receivables_creditnote WHERE id IN (SELECT credit_note_id FROM new_rows)
        ORDER BY id FOR NO KEY UPDATE';
    EXECUTE 'SELECT 1 FROM receivables_adjustment WHERE id IN (SELECT adjustment_id FROM new_rows)
        ORDER BY id FOR NO KEY UPDATE';
    EXECUTE 'SELECT 1 FROM receivables_refund WHERE id IN (SELECT refund_id FROM new_rows)
        ORDER BY id FOR NO KEY UPDATE';
    EXECUTE 'SELECT 1 FROM receivables_receivable WHERE id IN (SELECT receivable_id FROM new_rows)
        ORDER BY id FOR NO KEY UPDATE';
    EXECUTE $q$
        SELECT t.id, CASE
            WHEN t.own_customer IS DISTINCT FROM true THEN 'receivables_line_same_customer'
            WHEN t.own_currency IS DISTINCT FROM true THEN 'receivables_line_same_currency'
            WHEN t.reversed THEN 'receivables_line_document_reversed'
            WHEN t.other_item THEN 'receivables_line_adjusts_its_item'
            ELSE 'receivables_line_date_before_documents' END
        FROM (
            SELECT n.id,
                coalesce(i.customer_id, f.customer_id) = n.customer_id
                    AND coalesce(r.customer_id, c.customer_id, a.customer_id) = n.customer_id AS own_customer,
                coalesce(i.currency_id, f.currency_id) = n.currency_id
                    AND coalesce(r.currency_id, c.currency_id, a.currency_id) = n.currency_id AS own_currency,
                n.reversal_of_id IS NULL AND (coalesce(r.reversed_date, c.reversed_date, f.reversed_date) IS NOT NULL
                    OR coalesce(r.reversal_of_id, c.reversal_of_id, f.reversal_of_id) IS NOT NULL) AS reversed,
                a.id IS NOT NULL AND (a.receivable_id IS DISTINCT FROM n.receivable_id OR a.kind = 'recovery') AS other_item,
                n.date < coalesce(i.issue_date, f.date)
                    OR n.date < coalesce(r.received_date, c.date, a.date) AS too_early
            FROM new_rows n
            LEFT JOIN receivables_receivable i ON i.id = n.receivable_id
            LEFT JOIN receivables_refund f ON f.id = n.refund_id
            LEFT JOIN receivables_receipt r ON r.id = n.receipt_id
            LEFT JOIN receivables_creditnote c ON c.id = n.credit_note_id
            LEFT JOIN receivables_adjustment a ON a.id = n.adjustment_id
        ) t
        WHERE t.own_customer IS DISTINCT FROM true OR t.own_currency IS DISTINCT FROM true
           OR t.reversed OR t.other_item OR t.too_early
        LIMIT 1 $q$ INTO line, broken;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'settlement line % breaks %', line, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    EXECUTE $q$
        SELECT n.id FROM new_rows n LEFT JOIN receivables_settlementline o ON o.id = n.reversal_of_id
        WHERE n.reversal_of_id IS NOT NULL AND (o.id IS NULL OR o.reversal_of_id IS NOT NULL
            OR o.receivable_id IS DISTINCT FROM n.receivable_id OR o.refund_id IS DISTINCT FROM n.refund_id
            OR o.receipt_id IS DISTINCT FROM n.receipt_id OR o.credit_note_id IS DISTINCT FROM n.credit_note_id
            OR o.adjustment_id IS DISTINCT FROM n.adjustment_id OR o.amount <> -n.amount
            OR o.base_amount <> -n.base_amount OR o.exchange_difference <> -n.exchange_difference
            OR n.date < o.date)
        LIMIT 1 $q$ INTO line;
    IF line IS NOT NULL THEN
        RAISE EXCEPTION 'settlement line % does not mirror the line it reverses', line
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_line_mirrors_original';
    END IF;
    EXECUTE 'UPDATE receivables_receipt d SET used = d.used + s.total, used_base = d.used_base + s.base
        FROM (SELECT receipt_id AS id, sum(amount) AS total, sum(base_amount + exchange_difference) AS base
              FROM new_rows WHERE receipt_id IS NOT NULL GROUP BY receipt_id) s WHERE d.id = s.id';
    EXECUTE 'UPDATE receivables_creditnote d SET used = d.used + s.total, used_base = d.used_base + s.base
        FROM (SELECT credit_note_id AS id, sum(amount) AS total, sum(base_amount + exchange_difference) AS base
              FROM new_rows WHERE credit_note_id IS NOT NULL GROUP BY credit_note_id) s WHERE d.id = s.id';
    EXECUTE 'UPDATE receivables_adjustment d SET used = d.used + s.total
        FROM (SELECT adjustment_id AS id, sum(amount) AS total
              FROM new_rows WHERE adjustment_id IS NOT NULL GROUP BY adjustment_id) s WHERE d.id = s.id';
    EXECUTE 'UPDATE receivables_refund d SET used = d.used + s.total, used_base = d.used_base + s.base
        FROM (SELECT refund_id AS id, sum(amount) AS total, sum(base_amount) AS base
              FROM new_rows WHERE refund_id IS NOT NULL GROUP BY refund_id) s WHERE d.id = s.id';
    EXECUTE 'UPDATE receivables_receivable d
        SET settled = d.settled + s.total, settled_base = d.settled_base + s.base
        FROM (SELECT receivable_id AS id, sum(amount) AS total, sum(base_amount) AS base
              FROM new_rows WHERE receivable_id IS NOT NULL GROUP BY receivable_id) s WHERE d.id = s.id';
    RETURN NULL;
END $$;
"""

# As on receivables (0010), for every document that a line touches.
SIDES = {**past.SIDES, "adjustment": "adjustment_id", "refund": "refund_id"}
CHECKS = "".join(
    past.BEYOND.replace("{suspect}", past.SUSPECT).replace("{table}", table).replace("{column}", column)
    for table, column in SIDES.items()
)
# What is used of a document in base currency is its share, a coin off at most for each line that was taken back.
USED_SHARE = """
    EXECUTE $q$
        SELECT d.id FROM (SELECT DISTINCT {column} FROM new_rows) n
        JOIN receivables_{table} d ON d.id = n.{column}
        CROSS JOIN LATERAL (SELECT
            abs(d.used_base - d.base_amount * d.used / d.amount) AS off,
            CASE WHEN d.base_amount % 1 = 0 AND d.used_base % 1 = 0 THEN 1 ELSE 0.01 END AS coin) c
        WHERE c.off > 2 * c.coin AND c.off > c.coin * (
            2 + (SELECT count(*) FROM receivables_settlementline x
                 WHERE x.{column} = d.id AND x.reversal_of_id IS NOT NULL))
        LIMIT 1 $q$ INTO line;
    IF line IS NOT NULL THEN
        RAISE EXCEPTION 'a settlement by {table} % does not take its share in base currency', line
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_line_base_share';
    END IF;
"""
SHARES = past.SHARE + "".join(
    USED_SHARE.replace("{table}", table).replace("{column}", column)
    for table, column in (("receipt", "receipt_id"), ("creditnote", "credit_note_id"))
)
THEN = f"""
CREATE OR REPLACE FUNCTION receivables_not_beyond_then() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line bigint;
BEGIN
{CHECKS}{SHARES}
    RETURN NULL;
END $$;
"""

# A refund stands with all of its amount, or not at all; looked at when the posting is complete.
WHOLE = """
CREATE FUNCTION receivables_refund_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM receivables_refund WHERE id = NEW.id AND reversal_of_id IS NULL
               AND reversed_date IS NULL AND used <> amount) THEN
        RAISE EXCEPTION 'refund % is not covered by money of the customer', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_refund_is_covered';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER receivables_refund_covered AFTER INSERT OR UPDATE ON receivables_refund
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION receivables_refund_is_whole();

CREATE FUNCTION receivables_refund_paid_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'refund % is paid already', OLD.number
        USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_refund_is_paid_once';
END $$;
CREATE TRIGGER receivables_refund_paid_stays BEFORE UPDATE ON receivables_refund
    FOR EACH ROW WHEN (OLD.paid_date IS NOT NULL AND (OLD.paid_date, OLD.bank_reference)
        IS DISTINCT FROM (NEW.paid_date, NEW.bank_reference))
    EXECUTE FUNCTION receivables_refund_paid_once();
"""

# A recovery takes back no more of its write-off than that said; what stood on a document keeps an import in place.
RECOVERY = """
CREATE FUNCTION receivables_recovery_of_its_write_off() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    original receivables_adjustment%ROWTYPE;
BEGIN
    SELECT * INTO original FROM receivables_adjustment WHERE id = NEW.written_off_id FOR NO KEY UPDATE;
    IF original.kind <> 'write_off' OR original.receivable_id <> NEW.receivable_id
        OR original.customer_id <> NEW.customer_id OR original.currency_id <> NEW.currency_id
        OR NEW.date < original.date OR original.amount < (
            SELECT sum(amount) FROM receivables_adjustment WHERE written_off_id = original.id) THEN
        RAISE EXCEPTION 'the recovery does not fit write-off %', original.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_adjustment_recovers_its_write_off';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_adjustment_recovery AFTER INSERT ON receivables_adjustment
    FOR EACH ROW WHEN (NEW.written_off_id IS NOT NULL) EXECUTE FUNCTION receivables_recovery_of_its_write_off();

CREATE FUNCTION receivables_own_adjusted_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM receivables_receivable i WHERE i.id = NEW.receivable_id
                   AND i.customer_id = NEW.customer_id AND i.currency_id = NEW.currency_id
                   AND i.issue_date <= NEW.date) THEN
        RAISE EXCEPTION 'adjustment %: the receivable is another customer''s, in another currency or younger', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_adjustment_own_item';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_adjustment_item AFTER INSERT ON receivables_adjustment
    FOR EACH ROW EXECUTE FUNCTION receivables_own_adjusted_item();

CREATE FUNCTION receivables_removal_of_refunded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.kind = 'receipt' AND (
            EXISTS (SELECT 1 FROM receivables_settlementline WHERE receipt_id = NEW.object_id AND refund_id IS NOT NULL)
            OR EXISTS (SELECT 1 FROM receivables_adjustment WHERE receipt_id = NEW.object_id)))
        OR (NEW.kind = 'credit_note' AND EXISTS (
            SELECT 1 FROM receivables_settlementline WHERE credit_note_id = NEW.object_id AND refund_id IS NOT NULL))
        OR (NEW.kind = 'receivable' AND EXISTS (
            SELECT 1 FROM receivables_adjustment WHERE receivable_id = NEW.object_id)) THEN
        RAISE EXCEPTION '% %: something stands on it', NEW.kind, NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_removal_refused';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receivables_removal_looks BEFORE INSERT ON receivables_ledgerremoval
    FOR EACH ROW EXECUTE FUNCTION receivables_removal_of_refunded();
"""

DOCUMENTS = {
    "adjustment": {
        "date": "date",
        "fixed": ["kind", "date", "receivable_id", "reason", "evidence", "receipt_id", "written_off_id"],
        "caches": ["used"],
        "dirty": "NEW.used <> 0",
    },
    "refund": {
        "date": "date",
        "fixed": ["date", "bank_account", "reversal_of_id", "reason"],
        "caches": ["used", "used_base", "reversed_date"],
        "dirty": "NEW.used <> 0 OR NEW.used_base <> 0 OR NEW.reversed_date IS NOT NULL",
    },
}
# What receipts and credit notes take in base currency is moved by the lines alone, like what they take.
USED_BASE = """
CREATE TRIGGER receivables_{table}_base_cache BEFORE UPDATE ON receivables_{table}
    FOR EACH ROW WHEN (pg_trigger_depth() < 1 AND OLD.used_base IS DISTINCT FROM NEW.used_base)
    EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_{table}_base_starts_clean BEFORE INSERT ON receivables_{table}
    FOR EACH ROW WHEN (NEW.used_base <> 0) EXECUTE FUNCTION receivables_refuse();
"""
FORWARD = [POST_LINES, THEN, WHOLE, RECOVERY]
FORWARD += [guard._document_sql(table, spec) for table, spec in DOCUMENTS.items()]
FORWARD += [
    guard.REVERSE.replace("{table}", "refund").replace("{date}", "date"),
    past.MIRROR.replace("{table}", "refund").replace("{column}", "refund_id").replace("{date}", "date"),
]
FORWARD += [USED_BASE.replace("{table}", table) for table in ("receipt", "creditnote")]
BACKWARD = """
DROP FUNCTION receivables_refund_is_whole() CASCADE;
DROP FUNCTION receivables_refund_paid_once() CASCADE;
DROP FUNCTION receivables_recovery_of_its_write_off() CASCADE;
DROP FUNCTION receivables_own_adjusted_item() CASCADE;
DROP FUNCTION receivables_removal_of_refunded() CASCADE;
DROP FUNCTION receivables_reverse_refund() CASCADE;
DROP FUNCTION receivables_mirror_day_refund() CASCADE;
DROP TRIGGER receivables_receipt_base_cache ON receivables_receipt;
DROP TRIGGER receivables_receipt_base_starts_clean ON receivables_receipt;
DROP TRIGGER receivables_creditnote_base_cache ON receivables_creditnote;
DROP TRIGGER receivables_creditnote_base_starts_clean ON receivables_creditnote;
"""


class Migration(migrations.Migration):
    dependencies = [("receivables", "0021_exchange_differences_of_old_lines")]
    operations = [
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reversal_of__isnull", False), ("used_base", 0)),
                    models.Q(
                        ("used_base__gte", 0),
                        ("used_base__lte", models.F("base_amount")),
                        models.Q(
                            ("used__lt", models.F("amount")),
                            ("used_base", models.F("base_amount")),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="receivables_creditnote_used_base_closes",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reversal_of__isnull", False), ("used_base", 0)),
                    models.Q(
                        ("used_base__gte", 0),
                        ("used_base__lte", models.F("base_amount")),
                        models.Q(
                            ("used__lt", models.F("amount")),
                            ("used_base", models.F("base_amount")),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="receivables_receipt_used_base_closes",
            ),
        ),
        migrations.RunSQL("\n".join(FORWARD), BACKWARD),
    ]
