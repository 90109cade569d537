"""What was sent stays as it was sent: figures of a statement and its lines change no more and are not deleted."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION receivables_statement_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR TG_TABLE_NAME = 'receivables_statementline' THEN
        RAISE EXCEPTION 'statements stay as they were sent' USING ERRCODE = 'restrict_violation';
    END IF;
    IF ROW(NEW.number, NEW.customer_id, NEW.owner_id, NEW.team_id, NEW.currency_id, NEW.since, NEW.until, NEW.opening,
           NEW.charged, NEW.paid, NEW.closing, NEW.base_closing, NEW.outstanding, NEW.unallocated, NEW.ages, NEW.sent_at)
       IS DISTINCT FROM
       ROW(OLD.number, OLD.customer_id, OLD.owner_id, OLD.team_id, OLD.currency_id, OLD.since, OLD.until, OLD.opening,
           OLD.charged, OLD.paid, OLD.closing, OLD.base_closing, OLD.outstanding, OLD.unallocated, OLD.ages, OLD.sent_at)
       OR (OLD.state <> 'sent' AND ROW(NEW.state, NEW.answered_at, NEW.answered_by)
           IS DISTINCT FROM ROW(OLD.state, OLD.answered_at, OLD.answered_by)) THEN
        RAISE EXCEPTION 'statements stay as they were sent' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receivables_statement_frozen BEFORE UPDATE OR DELETE ON receivables_statement
    FOR EACH ROW EXECUTE FUNCTION receivables_statement_frozen();
CREATE TRIGGER receivables_statementline_frozen BEFORE UPDATE OR DELETE ON receivables_statementline
    FOR EACH ROW EXECUTE FUNCTION receivables_statement_frozen();
"""
THAW = """
DROP TRIGGER receivables_statement_frozen ON receivables_statement;
DROP TRIGGER receivables_statementline_frozen ON receivables_statementline;
DROP FUNCTION receivables_statement_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("receivables", "0018_statements_of_account")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
