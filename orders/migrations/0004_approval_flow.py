"""The first flow of orders above a limit: lead and manager, from the upper limit on also finance and GM."""

from django.db import migrations

from salesops.approvals.seeds import role, route, step, when, write_flow

LEAD = step("Team lead", role("lead"))
MANAGER = step("Manager", role("manager"))


def seed(apps, schema_editor):
    write_flow(
        apps,
        "orders.order",
        [
            route(
                "Above the upper limit",
                [when("amount", "gte", rule="orders.approval_limit_top")],
                [
                    LEAD,
                    step("Manager and finance", role("manager"), role("finance"), mode="countersign"),
                    step("General manager", role("gm")),
                ],
            ),
            route("Above the limit", [when("amount", "gte", rule="orders.approval_limit")], [LEAD, MANAGER]),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_guards"), ("approvals", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
