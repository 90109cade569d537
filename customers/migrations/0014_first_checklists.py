"""The first checklists of the kinds of visit and of receptions (FTR-10, VIS-05)."""

from django.db import migrations

from customers.first_checklists import CHECKLISTS


def seed(apps, schema_editor):
    checklist, item = (apps.get_model("customers", name) for name in ("Checklist", "ChecklistItem"))
    for kind, points in CHECKLISTS.items():
        made = checklist.objects.create(kind=kind, number=1)
        item.objects.bulk_create(
            item(checklist=made, position=position, text=text, answer=answer, hours_before=hours)
            for position, (text, answer, hours) in enumerate(points, 1)
        )


class Migration(migrations.Migration):
    dependencies = [("customers", "0013_check_ins_and_checklists")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
