"""Plants the currencies, tax rates and payment terms that every company starts with."""

from django.db import migrations

from salesops.catalog.seeds import plant


def forwards(apps, schema_editor):
    plant(
        apps.get_model("catalog", "Currency"),
        apps.get_model("catalog", "TaxRate"),
        apps.get_model("catalog", "PaymentTerm"),
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_no_overlaps_and_blank_names")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
