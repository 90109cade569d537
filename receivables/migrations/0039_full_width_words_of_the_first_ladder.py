"""Chinese letters of the first ladder are punctuated as Chinese is; texts that somebody changed stay as they are."""

from importlib import import_module

from django.db import migrations

FIELDS = ("subject_zh_hans", "text_zh_hans", "subject_zh_hant", "text_zh_hant")
FULL = str.maketrans({",": "，", ":": "：", ";": "；", "?": "？", "!": "！"})


def delivered():
    """The Chinese texts of the first ladder as they were delivered."""
    first = import_module("receivables.migrations.0017_first_ladder")
    return {text for *_facts, words in first.LEVELS for text in words[2:] if text}


def correct(apps, schema_editor):
    known = delivered()
    for level in apps.get_model("receivables", "CollectionLevel").objects.all():
        changed = [name for name in FIELDS if getattr(level, name) in known]
        for name in changed:
            setattr(level, name, getattr(level, name).translate(FULL))
        if changed:
            level.save(update_fields=changed)


class Migration(migrations.Migration):
    dependencies = [("receivables", "0038_second_person_and_void_of_tax_invoices")]
    operations = [migrations.RunPython(correct, migrations.RunPython.noop)]
