"""Lines that were posted before exchange differences counted get theirs, and documents what they took in base currency."""

from django.db import migrations

from salesops.core.money import places_of

# A document's share moves with what its standing lines use of it, in the order of their posting; a line that was
# taken back is judged by itself, and its mirror is the opposite.
FILL = """
WITH each AS (
    SELECT l.id, l.base_amount, l.amount AS part, d.amount, d.base_amount AS whole, m.id IS NOT NULL AS back,
           sum(CASE WHEN m.id IS NULL THEN l.amount ELSE 0 END) OVER (PARTITION BY d.id ORDER BY l.id) AS used
    FROM receivables_settlementline l
    JOIN receivables_{table} d ON d.id = l.{column}
    LEFT JOIN receivables_settlementline m ON m.reversal_of_id = l.id
    WHERE l.reversal_of_id IS NULL AND d.base_rate <> 1
), shared AS (
    SELECT id, CASE WHEN back THEN round(whole * part / amount, {coins})
               ELSE round(whole * used / amount, {coins}) - round(whole * (used - part) / amount, {coins}) END
               - base_amount AS difference FROM each
)
UPDATE receivables_settlementline l SET exchange_difference = s.difference
FROM shared s WHERE s.id = l.id AND s.difference <> 0;
UPDATE receivables_settlementline n SET exchange_difference = -o.exchange_difference
FROM receivables_settlementline o WHERE o.id = n.reversal_of_id AND o.{column} IS NOT NULL AND o.exchange_difference <> 0;
UPDATE receivables_{table} d SET used_base = s.base
FROM (SELECT {column} AS id, sum(base_amount + exchange_difference) AS base FROM receivables_settlementline
      WHERE {column} IS NOT NULL GROUP BY 1) s WHERE s.id = d.id AND s.base <> 0;
"""
TABLES = {"receipt": "receipt_id", "creditnote": "credit_note_id"}


def fill(apps, schema_editor):
    tables = ["receivables_settlementline", *(f"receivables_{table}" for table in TABLES)]
    with schema_editor.connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table, column in TABLES.items():
            cursor.execute(FILL.format(table=table, column=column, coins=places_of()))
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [("receivables", "0020_adjustments_refunds_and_exchange")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
