"""The index in parts, one for each kind of record; ``migrate`` adds the parts of new kinds itself."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("search", "0002_note_stale")]

    operations = [
        migrations.RunSQL(
            (SQL / "by_kind.sql").read_text(encoding="utf-8"),
            (SQL / "by_kind_back.sql").read_text(encoding="utf-8"),
        )
    ]
