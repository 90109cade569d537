"""Reasons why deals are lost, and who signs concessions and campaigns, as a new company starts with them."""

from django.db import migrations

from salesops.approvals.seeds import role, route, step, when, write_flow

REASONS = {
    "price": "Price too high",
    "delivery": "Delivery too slow",
    "product": "Product does not fit",
    "terms": "Payment terms",
    "relation": "Tied to another supplier",
    "no_budget": "No budget",
    "no_need": "Need disappeared",
    "no_answer": "No answer any more",
    "not_recorded": "Not recorded",
}
LEAD = step("Team lead", role("lead"))
MANAGER = step("Manager", role("manager"))
BOTH = step("Manager and finance", role("manager"), role("finance", scope="company"), mode="countersign")


def seed(apps, schema_editor):
    reason = apps.get_model("customers", "LossReason")
    for position, (code, name) in enumerate(REASONS.items(), 1):
        reason.objects.get_or_create(
            code=code, defaults={"name": name, "position": position * 10, "is_active": code != "not_recorded"}
        )
    write_flow(
        apps,
        "customers.concession",
        [
            route("Under the floor price, or far under the list price", [when("deep", "yes")], [BOTH]),
            route(
                "Under the list price",
                [when("discount", "gt", rule="customers.concession_lead_discount")],
                [LEAD],
            ),
        ],
    )
    write_flow(apps, "customers.campaign", [route("Every plan", [], [LEAD, MANAGER])])


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_leads_deals_market"), ("approvals", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
