"""Closed months cannot be emptied either: TRUNCATE fires no trigger for rows."""

from django.db import migrations

TABLES = [
    "performance_monthclose",
    "performance_kpifact",
    "performance_kpifigure",
    "performance_restatement",
    "performance_targetchange",
]
CREATE = "".join(
    f"CREATE TRIGGER {table}_not_truncated BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
    f"EXECUTE FUNCTION performance_frozen();\n"
    for table in TABLES
)
DROP = "".join(f"DROP TRIGGER {table}_not_truncated ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("performance", "0006_snapshots")]

    operations = [migrations.RunSQL(CREATE, DROP)]
