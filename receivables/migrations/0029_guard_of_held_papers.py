"""A draft or cheque ends once and says what it said; what it is meant for fits its customer, currency and amount."""

from django.db import migrations

GUARD = """
CREATE FUNCTION receivables_paper_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.customer_id, OLD.kind, OLD.number, OLD.drawer, OLD.bank, OLD.received_date, OLD.due_date, OLD.currency_id,
        OLD.amount, OLD.base_amount) IS DISTINCT FROM (NEW.customer_id, NEW.kind, NEW.number, NEW.drawer, NEW.bank,
        NEW.received_date, NEW.due_date, NEW.currency_id, NEW.amount, NEW.base_amount) THEN
        RAISE EXCEPTION 'paper % stays as it was taken in', OLD.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_paper_stays';
    END IF;
    IF OLD.state <> NEW.state AND NOT (OLD.state = 'held' OR (OLD.state = 'honoured' AND NEW.state = 'bounced'))
        OR (OLD.receipt_id IS NOT NULL AND NEW.receipt_id IS DISTINCT FROM OLD.receipt_id) THEN
        RAISE EXCEPTION 'paper % has ended already', OLD.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_paper_ended';
    END IF;
    IF NEW.receipt_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM receivables_receipt r WHERE r.id = NEW.receipt_id AND r.customer_id = NEW.customer_id
            AND r.currency_id = NEW.currency_id AND r.amount = NEW.amount AND r.received_date >= NEW.due_date) THEN
        RAISE EXCEPTION 'the receipt is not the money of paper %', OLD.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_paper_own_receipt';
    END IF;
    IF NEW.state = 'bounced' AND NEW.receipt_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM receivables_receipt r WHERE r.id = NEW.receipt_id AND r.reversed_date IS NOT NULL) THEN
        RAISE EXCEPTION 'the receipt of paper % still stands', OLD.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_paper_bounce_reverses';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receivables_paper_moved BEFORE UPDATE ON receivables_heldpaper
    FOR EACH ROW EXECUTE FUNCTION receivables_paper_moves();
CREATE TRIGGER receivables_paper_starts_held BEFORE INSERT ON receivables_heldpaper
    FOR EACH ROW WHEN (NEW.state <> 'held' OR NEW.receipt_id IS NOT NULL) EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_paper_not_deleted BEFORE DELETE ON receivables_heldpaper
    FOR EACH ROW EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_paper_not_truncated BEFORE TRUNCATE ON receivables_heldpaper
    FOR EACH STATEMENT EXECUTE FUNCTION receivables_refuse();

CREATE FUNCTION receivables_paper_parts_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paper receivables_heldpaper%ROWTYPE;
BEGIN
    SELECT * INTO paper FROM receivables_heldpaper WHERE id = NEW.paper_id FOR NO KEY UPDATE;
    IF paper.state <> 'held' OR NOT EXISTS (
            SELECT 1 FROM receivables_receivable i WHERE i.id = NEW.receivable_id
            AND i.customer_id = paper.customer_id AND i.currency_id = paper.currency_id)
        OR paper.amount < (SELECT sum(amount) FROM receivables_heldpaperpart WHERE paper_id = paper.id) THEN
        RAISE EXCEPTION 'this does not fit paper %', paper.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_paperpart_fits';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_paperpart_looked_at AFTER INSERT ON receivables_heldpaperpart
    FOR EACH ROW EXECUTE FUNCTION receivables_paper_parts_fit();
CREATE TRIGGER receivables_paperpart_append_only BEFORE UPDATE OR DELETE ON receivables_heldpaperpart
    FOR EACH ROW EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_paperpart_not_truncated BEFORE TRUNCATE ON receivables_heldpaperpart
    FOR EACH STATEMENT EXECUTE FUNCTION receivables_refuse();
"""
BACKWARD = """
DROP FUNCTION receivables_paper_moves() CASCADE;
DROP FUNCTION receivables_paper_parts_fit() CASCADE;
DROP TRIGGER receivables_paper_starts_held ON receivables_heldpaper;
DROP TRIGGER receivables_paper_not_deleted ON receivables_heldpaper;
DROP TRIGGER receivables_paper_not_truncated ON receivables_heldpaper;
DROP TRIGGER receivables_paperpart_append_only ON receivables_heldpaperpart;
DROP TRIGGER receivables_paperpart_not_truncated ON receivables_heldpaperpart;
"""


class Migration(migrations.Migration):
    dependencies = [("receivables", "0028_held_papers")]
    operations = [migrations.RunSQL(GUARD, BACKWARD)]
