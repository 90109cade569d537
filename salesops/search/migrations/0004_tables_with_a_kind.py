"""Rows far apart of a table with a column ``kind`` (visits, customers) were refused when one statement removed them."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "note_stale.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("search", "0003_by_kind")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
