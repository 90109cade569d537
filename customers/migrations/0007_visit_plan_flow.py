"""The first flow of visit plans: the superior accepts every plan (VIS-01)."""

from django.db import migrations

from salesops.approvals.seeds import route, step, write_flow


def seed(apps, schema_editor):
    superior = step("Superior", {"kind": "superior"})
    write_flow(apps, "customers.visit_plan", [route("Every visit plan", [], [superior])])


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_visit_plans"), ("approvals", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
