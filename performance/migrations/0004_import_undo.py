"""The undo of an import may take back the first history rows of the targets it created, and nothing else."""

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION performance_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'performance_targetchange'
       AND coalesce(current_setting('salesops.undo_import', true), '') = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '%_frozen: closed figures and their history do not change; restate them', TG_TABLE_NAME
        USING ERRCODE = 'check_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("performance", "0003_frozen")]

    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
