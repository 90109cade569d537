"""The first flows of changes that wait for a second person (domain §10)."""

from django.db import migrations

from salesops.approvals.seeds import role, route, step, when, write_flow

FINANCE = step("Finance", role("finance", scope="company"))
BOTH = step("Manager and finance", role("manager"), role("finance", scope="company"), mode="countersign")


def seed(apps, schema_editor):
    for kind in ("customers.tax", "customers.bank"):
        write_flow(apps, kind, [route("Every change", [], [FINANCE])])
    top = [when("amount", "gt", rule="customers.credit_limit_top")]
    write_flow(
        apps,
        "customers.credit",
        [
            route("Credit limit above the upper limit", top, [BOTH, step("General manager", role("gm"))]),
            route("Every change", [], [BOTH]),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_bank_account"), ("approvals", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
