"""A posted provision run and its lines never change, by any door."""

from django.db import migrations

GUARD = """
CREATE FUNCTION receivables_provision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'receivables_provisionrun' THEN
        IF OLD.state IN ('posted', 'rejected') THEN
            RAISE EXCEPTION 'a posted provision run never changes'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'receivables_provisionrun_stays';
        END IF;
    ELSIF EXISTS (SELECT 1 FROM receivables_provisionrun r WHERE r.id = coalesce(NEW.run_id, OLD.run_id) AND r.state <> 'draft') THEN
        RAISE EXCEPTION 'lines of a provision run change only while it is a draft'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'receivables_provisionline_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER receivables_provisionrun_stays BEFORE UPDATE OR DELETE ON receivables_provisionrun
    FOR EACH ROW EXECUTE FUNCTION receivables_provision_stays();
CREATE TRIGGER receivables_provisionline_stays BEFORE UPDATE OR DELETE ON receivables_provisionline
    FOR EACH ROW EXECUTE FUNCTION receivables_provision_stays();
"""
UNDO = """
DROP TRIGGER receivables_provisionline_stays ON receivables_provisionline;
DROP TRIGGER receivables_provisionrun_stays ON receivables_provisionrun;
DROP FUNCTION receivables_provision_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("receivables", "0031_provision_runs")]

    operations = [migrations.RunSQL(GUARD, UNDO)]
