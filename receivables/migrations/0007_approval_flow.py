"""The first flow of receipts above the limit: a second person of finance."""

from django.db import migrations

from salesops.approvals.seeds import role, route, step, when, write_flow


def seed(apps, schema_editor):
    write_flow(
        apps,
        "receivables.receipt",
        [
            route(
                "Every receipt above the limit",
                [when("amount", "gte", rule="receivables.second_person_amount")],
                [step("Second person of finance", role("finance", scope="company"))],
            )
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("receivables", "0006_receipt_entries"), ("approvals", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
