"""What made the program open an assessment is kept as a code with its figures; sentences of before leave the note."""

import re

from django.db import migrations, models

DAY = r"(\d{4}-\d\d-\d\d)"
ENDS = (
    rf"The assessment of {DAY} ends on {DAY}\.",
    rf"{DAY} 的评估于 {DAY} 到期。",
    rf"{DAY} 的評等於 {DAY} 到期。",
)
PROMISES = (
    r"(\d+) promises to pay were broken in twelve months\.",
    r"十二个月内有 (\d+) 次付款承诺未兑现。",
    r"十二個月內有 (\d+) 次付款承諾未兌現。",
)
BOUNCED = (
    r"(Bank draft|Cheque) (\S+) was not honoured\.",
    r"(承兑汇票|支票) (\S+) 未兑付。",
    r"(承兌匯票|支票) (\S+) 未兌現。",
)
CHEQUES = ("Cheque", "支票")


def cause_of(line):
    """The cause that a line of a note tells, or ``None`` for what a person wrote."""
    line = line.strip()
    for pattern in ENDS:
        if found := re.fullmatch(pattern, line):
            return {"code": "ends", "date": found[1], "end": found[2]}
    for pattern in PROMISES:
        if found := re.fullmatch(pattern, line):
            return {"code": "promises", "count": int(found[1])}
    for pattern in BOUNCED:
        if found := re.fullmatch(pattern, line):
            method = "cheque" if found[1] in CHEQUES else "draft"
            return {"code": "bounced", "method": method, "number": found[2]}
    return None


def take_over(apps, schema_editor):
    rows = apps.get_model("receivables", "CreditAssessment").objects.exclude(note="")
    for row in rows.iterator():
        lines = row.note.splitlines()
        causes = [cause_of(line) for line in lines]
        if any(causes):
            row.causes = [cause for cause in causes if cause]
            row.note = "\n".join(line for line, cause in zip(lines, causes, strict=True) if not cause)
            row.save(update_fields=["causes", "note"])


class Migration(migrations.Migration):
    dependencies = [
        ("receivables", "0040_adjustment_is_the_word_on_statements"),
    ]

    operations = [
        migrations.AddField(
            model_name="creditassessment",
            name="causes",
            field=models.JSONField(default=list, editable=False, verbose_name="why now"),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
