"""Closed months are frozen by the database: no UPDATE, no DELETE, by whomever (quality B12)."""

from django.db import migrations

TABLES = [
    "performance_monthclose",
    "performance_kpifact",
    "performance_kpifigure",
    "performance_restatement",
    "performance_targetchange",
]

CREATE = """
CREATE FUNCTION performance_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%_frozen: closed figures and their history do not change; restate them', TG_TABLE_NAME
        USING ERRCODE = 'check_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} FOR EACH STATEMENT "
    f"EXECUTE FUNCTION performance_frozen();\n"
    for table in TABLES
)
DROP = "".join(f"DROP TRIGGER {table}_frozen ON {table};\n" for table in TABLES) + (
    "DROP FUNCTION performance_frozen();"
)


class Migration(migrations.Migration):
    dependencies = [("performance", "0002_figures_and_history")]

    operations = [migrations.RunSQL(CREATE, DROP)]
