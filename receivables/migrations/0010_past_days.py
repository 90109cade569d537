"""No posting makes a day wrong that has passed; papers of a receivable are its customer's; an order is billed once.

What an entry leaves at the end is held by the caches and their CHECKs. A line that is dated back to a day before a
reversal was used to count beside the line that stood then: the running sums of the documents it touches are looked at.
"""

from django.db import migrations

# Only a reversal dated after a new line can hide what stood on its day; mostly there is none.
SUSPECT = """SELECT n.id, n.{column} AS doc FROM new_rows n
        WHERE n.{column} IS NOT NULL AND EXISTS (
            SELECT 1 FROM receivables_settlementline x
            WHERE x.{column} = n.{column} AND x.reversal_of_id IS NOT NULL AND x.date > n.date)"""
BEYOND = """
    EXECUTE $q$
        SELECT s.id FROM ({suspect}) s
        JOIN receivables_{table} d ON d.id = s.doc
        JOIN LATERAL (
            SELECT sum(sum(x.amount)) OVER (ORDER BY x.date) AS used FROM receivables_settlementline x
            WHERE x.{column} = s.doc GROUP BY x.date
        ) then_used ON then_used.used > d.amount
        LIMIT 1 $q$ INTO line;
    IF line IS NOT NULL THEN
        RAISE EXCEPTION 'settlement line % uses more than there was on a day that has passed', line
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_line_not_beyond_then';
    END IF;
"""
SIDES = {"receivable": "receivable_id", "receipt": "receipt_id", "creditnote": "credit_note_id"}
CHECKS = "".join(
    BEYOND.replace("{suspect}", SUSPECT).replace("{table}", table).replace("{column}", column)
    for table, column in SIDES.items()
)
# What is settled in base currency follows what is settled: the item's share, a coin off at most for each line that was
# taken back. A base currency without cents has whole amounts on both sides.
SHARE = """
    EXECUTE $q$
        SELECT i.id FROM (SELECT DISTINCT receivable_id FROM new_rows) n
        JOIN receivables_receivable i ON i.id = n.receivable_id
        CROSS JOIN LATERAL (SELECT
            abs(i.settled_base - i.base_amount * i.settled / i.amount) AS off,
            CASE WHEN i.base_amount % 1 = 0 AND i.settled_base % 1 = 0 THEN 1 ELSE 0.01 END AS coin) c
        WHERE c.off > 2 * c.coin AND c.off > c.coin * (
            2 + (SELECT count(*) FROM receivables_settlementline x
                 WHERE x.receivable_id = i.id AND x.reversal_of_id IS NOT NULL))
        LIMIT 1 $q$ INTO line;
    IF line IS NOT NULL THEN
        RAISE EXCEPTION 'a settlement of receivable % does not take its share in base currency', line
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_line_base_share';
    END IF;
"""
THEN = f"""
CREATE FUNCTION receivables_not_beyond_then() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line bigint;
BEGIN
{CHECKS}{SHARE}
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_line_posted_then AFTER INSERT ON receivables_settlementline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION receivables_not_beyond_then();
"""

# Fired by name before receivables_<table>_reversal marks the original.
MIRROR = """
CREATE FUNCTION receivables_mirror_day_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM receivables_{table} WHERE id = NEW.reversal_of_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM receivables_settlementline
               WHERE {column} = NEW.reversal_of_id AND date > NEW.{date}) THEN
        RAISE EXCEPTION 'the reversal is dated before a line of {table} %', NEW.reversal_of_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_{table}_mirrors_original';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_{table}_mirror_day AFTER INSERT ON receivables_{table}
    FOR EACH ROW WHEN (NEW.reversal_of_id IS NOT NULL) EXECUTE FUNCTION receivables_mirror_day_{table}();
"""

# A statement of new rows, however many. Files that were merged keep their papers, so those of a merged file count, too.
FAMILY = """(
            p.customer_id = n.customer_id
            OR p.customer_id IN (SELECT id FROM customers_customer WHERE merged_into_id = n.customer_id))"""
PAPERS = """
CREATE FUNCTION receivables_own_papers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    EXECUTE $q$
        SELECT n.number FROM new_rows n JOIN contracts_contract p ON p.id = n.contract_id
        WHERE NOT {family} LIMIT 1 $q$ INTO broken;
    IF broken IS NULL THEN
        EXECUTE $q$
            SELECT n.number FROM new_rows n JOIN orders_order p ON p.id = n.order_id
            WHERE p.currency_id <> n.currency_id OR NOT {family} LIMIT 1 $q$ INTO broken;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'receivable %: order or contract is another customer''s or in another currency', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_receivable_own_papers';
    END IF;
    -- The orders are locked, so that two people bill one after the other. What a file brings is history as it stands there.
    EXECUTE 'SELECT 1 FROM orders_order WHERE id IN (SELECT order_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE';
    EXECUTE $q$
        SELECT o.number FROM (SELECT DISTINCT order_id FROM new_rows WHERE order_id IS NOT NULL AND source <> 'import') n
        JOIN orders_order o ON o.id = n.order_id
        JOIN LATERAL (SELECT sum(r.amount) AS billed FROM receivables_receivable r WHERE r.order_id = o.id) b ON true
        JOIN LATERAL (SELECT coalesce(sum(k.amount), 0) AS back FROM receivables_creditnote k
                      JOIN receivables_receivable r ON r.id = k.receivable_id
                      WHERE r.order_id = o.id) c ON true
        WHERE b.billed - c.back > o.total
        LIMIT 1 $q$ INTO broken;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'order % would be billed beyond its total', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_receivable_not_beyond_order';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_receivable_papers AFTER INSERT ON receivables_receivable
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION receivables_own_papers();

CREATE FUNCTION receivables_own_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    EXECUTE $q$
        SELECT n.number FROM new_rows n JOIN receivables_receivable p ON p.id = n.receivable_id
        WHERE p.currency_id <> n.currency_id OR NOT {family} LIMIT 1 $q$ INTO broken;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'credit note %: the receivable is another customer''s or in another currency', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_creditnote_own_item';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_creditnote_papers AFTER INSERT ON receivables_creditnote
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION receivables_own_item();
""".replace("{family}", FAMILY)

TABLES = {"receipt": ("receipt_id", "received_date"), "creditnote": ("credit_note_id", "date")}
FORWARD = [THEN, PAPERS]
FORWARD += [
    MIRROR.replace("{table}", table).replace("{column}", column).replace("{date}", day)
    for table, (column, day) in TABLES.items()
]
BACKWARD = """
DROP FUNCTION receivables_not_beyond_then() CASCADE;
DROP FUNCTION receivables_own_papers() CASCADE;
DROP FUNCTION receivables_own_item() CASCADE;
DROP FUNCTION receivables_mirror_day_receipt() CASCADE;
DROP FUNCTION receivables_mirror_day_creditnote() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("receivables", "0009_entries_of_files"),
        ("orders", "0003_guards"),
        ("contracts", "0003_guards"),
    ]
    operations = [migrations.RunSQL("\n".join(FORWARD), BACKWARD)]
