"""The row history also works for a table that has a column named ``key``."""

from django.db import migrations

SQL = r"""
DO $do$
DECLARE
    body text := pg_get_functiondef('audit_row_history'::regproc);
BEGIN
    IF position('#variable_conflict' in body) = 0 THEN
        EXECUTE regexp_replace(body, '\$function\$', E'$function$\n#variable_conflict use_variable');
    END IF;
END $do$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_guards")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
