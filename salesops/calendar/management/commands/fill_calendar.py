"""``manage.py fill_calendar``: working days from the maintained packages."""

from __future__ import annotations

from django.utils import timezone

from salesops.calendar.packages import SOURCES
from salesops.calendar.services import fill_year
from salesops.core.commands import OperatorCommand


class Command(OperatorCommand):
    help = "Fills days off and make-up working days from the maintained packages. Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int, action="append", help="default: last year to next year")
        parser.add_argument("--region", choices=sorted(SOURCES), action="append", help="default: all")
        self.add_json(parser)

    def handle(self, **options):
        at = timezone.now()
        this = timezone.localdate(at).year
        results = [
            fill_year(region, year, actor=None, at=at)
            for region in options["region"] or sorted(SOURCES)
            for year in options["year"] or [this - 1, this, this + 1]
        ]
        if options["json"]:
            self.emit([vars(result) for result in results])
            return
        for r in results:
            words = (
                f"{r.created} new, {r.updated} changed, {r.kept} as before"
                if r.known
                else "not published yet"
            )
            self.stdout.write(f"{r.region} {r.year}: {words}")
