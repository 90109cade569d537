"""The days after which a deal counts as stalled are kept by step: what was set for all steps is set for each."""

from django.db import migrations

OLD, NEW, STEPS = "customers.deal_stalled_days", "customers.deal_step_days", 6


def by_step(apps, schema_editor):
    values = apps.get_model("handbook", "RuleValue").objects
    for row in values.filter(key=OLD).order_by("pk"):
        values.get_or_create(
            key=NEW,
            from_date=row.from_date,
            defaults={
                "value": [row.value] * STEPS, "reason": row.reason, "set_by_id": row.set_by_id, "set_at": row.set_at,
            },
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("customers", "0023_own_plan_and_rhythm"), ("handbook", "0003_acknowledgements")]
    operations = [migrations.RunPython(by_step, migrations.RunPython.noop)]
