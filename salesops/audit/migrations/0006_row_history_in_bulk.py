"""Row history pairs old and new rows by grouping, so that a bulk update costs a sort and not a product."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "row_history.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_access_by_address")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
