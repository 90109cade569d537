"""``collect --on DATE``: the daily run of collection."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from receivables.services.collecting import run_collection
from salesops.core.commands import OperatorCommand, parse_date, written_as
from salesops.core.errors import InvalidInput
from salesops.jobs.registry import reason_sentence


class Command(OperatorCommand):
    help = "Collect for a day: cases, promises, the next step of each customer. A second run of a day does nothing."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--on", type=written_as(parse_date), help="the day, as 2026-10-31; today by default"
        )
        parser.add_argument("--dry-run", action="store_true", help="show what would be done; do nothing")
        self.add_json(parser)

    def handle(self, **options: Any) -> None:
        today = timezone.localdate()
        day = parse_date(options["on"]) if options["on"] else today
        if day > today and not options["dry_run"]:
            raise InvalidInput(
                _("%(day)s has not come yet; collection is done on its day.") % {"day": day},
                way_out=_("Add --dry-run to see what would be done."),
            )
        result = run_collection(day, actor=None, at=timezone.now(), dry_run=options["dry_run"])
        if options["json"]:
            summary = {"on": day.isoformat(), "dry_run": options["dry_run"], "already": result.already}
            self.emit({**summary, "summary": result.summary})
            return
        for item in result.items:
            self.stdout.write(f"{item.outcome}  {item.subject}  {reason_sentence(item.reason, item.data)}")
        state = _("done before") if result.already else ""
        self.stdout.write(
            f"{day}: {result.summary.get('done', 0)} / {result.summary.get('skipped', 0)} {state}"
        )
