"""Triggers that stamp, chain and protect the audit, and the function behind every row history."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "guards.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_logs_and_seals")]

    operations = [migrations.RunSQL(SQL, elidable=False)]
