"""The function behind the triggers of the indexed tables; ``migrate`` installs the triggers themselves."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "note_stale.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_index")]

    operations = [migrations.RunSQL(SQL, "DROP FUNCTION IF EXISTS search_note_stale() CASCADE")]
