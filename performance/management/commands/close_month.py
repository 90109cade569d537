"""``manage.py close_month 2026-10 [--dry-run]``: the monthly roll-up (interfaces §2)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from performance.kpis.registry import kpi_of
from performance.selectors.shown import plain_number
from performance.services.closing import CloseResult, close_month, restate_month
from salesops.catalog.coins import decimals_of
from salesops.core.commands import OperatorCommand, written_as
from salesops.core.periods import Period


class Command(OperatorCommand):
    help = "Computes every KPI of a month for every dimension and freezes the figures with their rows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", type=written_as(Period.parse), help="the month, as 2026-10")
        parser.add_argument("--dry-run", action="store_true", help="compute and show, freeze nothing")
        parser.add_argument(
            "--restate", metavar="REASON", help="write what changed since the close as restatements"
        )
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        period = Period.parse(options["period"])
        if options["restate"]:
            self._restate(period, options)
            return
        result = close_month(actor=None, at=timezone.now(), period=period, dry_run=options["dry_run"])
        if options["json"]:
            self.emit(self._document(result, options["dry_run"]))
            return
        for code in result.open_before:
            self.stderr.write(f"{code} lies before it and is still open.")
        coins = decimals_of()
        for code, value in sorted(result.sums.items()):
            kpi = kpi_of(code)
            self.stdout.write(
                f"{code:12} {plain_number(value, kpi.unit, coins):>20}" if not kpi.ratio else code
            )
        self.stdout.write(self._sentence(result, options["dry_run"]))

    def _sentence(self, result: CloseResult, dry_run: bool) -> str:
        if dry_run and not result.was_closed:
            return f"{result.period}: {result.figures} figures from {result.facts} rows would be frozen."
        if result.done:
            return f"{result.period} is closed: {result.figures} figures from {result.facts} rows."
        closed = timezone.localtime(result.close.closed_at)
        return f"{result.period} was closed on {closed:%Y-%m-%d %H:%M}; nothing was changed."

    def _document(self, result: CloseResult, dry_run: bool) -> dict[str, Any]:
        return {
            "period": result.period.code,
            "closed": result.done,
            "dry_run": dry_run,
            "closed_at": result.close.closed_at.isoformat() if result.done or result.was_closed else None,
            "rows": result.facts,
            "figures": result.figures,
            "open_before": result.open_before,
        }

    def _restate(self, period: Period, options: dict[str, Any]) -> None:
        rows = restate_month(actor=None, at=timezone.now(), period=period, reason=options["restate"])
        if options["json"]:
            self.emit({"period": period.code, "restated": len(rows)})
            return
        self.stdout.write(f"{period}: {len(rows)} figures restated.")
