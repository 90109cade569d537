"""The product category of a frozen row is written with it, so that a later change of a product moves no closed month.

Rows frozen before this get the category that the product had at their close: what the row history says it was
before its first change after the close, else what it is.
"""

from django.db import migrations, models

BACKFILL = """
ALTER TABLE performance_kpifact DISABLE TRIGGER performance_kpifact_frozen;
WITH known AS MATERIALIZED (
    SELECT m.period, p.id,
           COALESCE((SELECT c.old->>'category' FROM audit_rowchange c
                     WHERE c.table_name = 'catalog_product' AND c.row_id = p.id::text AND c.op = 'U'
                       AND c.old->>'category' IS NOT NULL AND c.at > m.closed_at
                     ORDER BY c.id LIMIT 1), p.category) AS category
    FROM performance_monthclose m CROSS JOIN catalog_product p
)
UPDATE performance_kpifact f SET category = k.category
FROM known k
WHERE k.period = f.period AND k.id = f.product_id AND k.category <> '';
ALTER TABLE performance_kpifact ENABLE TRIGGER performance_kpifact_frozen;
"""
DIMENSIONS = [
    ("company", "Company"),
    ("department", "Department"),
    ("team", "Team"),
    ("staff", "Person"),
    ("customer", "Customer"),
    ("product", "Product"),
    ("region", "Region"),
    ("category", "Product category"),
    ("post", "Person in a team"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0007_frozen_not_truncated"),
        ("catalog", "0003_currencies_taxes_and_terms"),
        ("audit", "0006_row_history_in_bulk"),
    ]

    operations = [
        migrations.AddField(
            model_name="kpifact",
            name="category",
            field=models.CharField(
                blank=True, db_default="", max_length=100, verbose_name="product category"
            ),
        ),
        migrations.AlterField(
            model_name="kpifigure",
            name="dimension",
            field=models.CharField(choices=DIMENSIONS, max_length=10, verbose_name="split by"),
        ),
        migrations.AlterField(
            model_name="restatement",
            name="dimension",
            field=models.CharField(choices=DIMENSIONS, max_length=10, verbose_name="split by"),
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
    ]
