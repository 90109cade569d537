"""``send_reminders --on DATE``: settlement notices and overdue notices of a day (interfaces §2)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from receivables.services.reminders import Outcome, run_reminders
from salesops.core.commands import OperatorCommand, parse_date, written_as
from salesops.core.errors import InvalidInput
from salesops.jobs.registry import reason_sentence


class Command(OperatorCommand):
    help = "Send the payment reminders of a day: each once; a second run on that day sends nothing."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--on", type=written_as(parse_date), help="the day, as 2026-10-31; today by default"
        )
        parser.add_argument("--dry-run", action="store_true", help="show what would be sent; send nothing")
        self.add_json(parser)

    def handle(self, **options: Any) -> None:
        today = timezone.localdate()
        day = parse_date(options["on"]) if options["on"] else today
        if day > today and not options["dry_run"]:
            raise InvalidInput(
                _("%(day)s has not come yet; reminders go out on their day.") % {"day": day},
                way_out=_("Add --dry-run to see what would be sent."),
            )
        outcome = run_reminders(day, actor=None, at=timezone.now(), dry_run=options["dry_run"], collect=True)
        if options["json"]:
            self.emit(document(outcome, day.isoformat(), options["dry_run"]))
            return
        for line in outcome.sent:
            self.stdout.write(f"sent     {line.receivable}  {line.customer}  {line.kind}  {line.to}")
        for line in outcome.skipped:
            words = reason_sentence(f"receivables.{line.reason}", {})
            self.stdout.write(f"skipped  {line.receivable}  {line.customer}  {words}")
        state = "done before; " if outcome.result.already else ""
        self.stdout.write(f"{day}: {state}{len(outcome.sent)} sent, {len(outcome.skipped)} skipped")


def document(outcome: Outcome, on: str, dry_run: bool) -> dict[str, Any]:
    """The JSON document of interfaces §2."""
    run = outcome.result.run
    return {
        "on": on,
        "dry_run": dry_run,
        "already": outcome.result.already,
        "sent": [asdict(line) for line in outcome.sent],
        "skipped": [asdict(line) for line in outcome.skipped],
        "summary": outcome.result.summary,
        "run": run.pk if run else None,
    }
