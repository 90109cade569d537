"""``ageing --as-of DATE``: who owes how much for how long (interfaces §2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from receivables.choices import Basis, Disputed, GroupBy
from receivables.selectors import AgeingQuery, AgeingReport, AgeingRow, ageing_report
from receivables.selectors.ageing import parse_steps
from salesops.catalog.coins import decimals_of
from salesops.catalog.models import Currency
from salesops.core.commands import OperatorCommand, parse_date, written_as
from salesops.core.errors import InvalidInput
from salesops.core.money import round_money
from salesops.handbook.selectors import rule


class Command(OperatorCommand):
    help = "Outstanding money by age, as of the end of any day, from documents and settlement lines."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--as-of", type=written_as(parse_date), help="the day, as 2026-10-31; today by default"
        )
        parser.add_argument("--by", choices=GroupBy.values, default=GroupBy.CUSTOMER.value)
        parser.add_argument("--basis", choices=Basis.values, help="age from the due date or the issue date")
        parser.add_argument(
            "--buckets", type=written_as(parse_steps), help="ends of the steps in days, such as 30,60,90"
        )
        parser.add_argument("--currency", default="", help="only this currency; base currency otherwise")
        parser.add_argument(
            "--disputed", choices=Disputed.values, default="", help="only disputed items, or none of them"
        )
        self.add_json(parser)

    def handle(self, **options: Any) -> None:
        as_of = parse_date(options["as_of"]) if options["as_of"] else timezone.localdate()
        currency = options["currency"].upper()
        decimals = _decimals(currency)
        steps = options["buckets"]
        query = AgeingQuery(
            as_of=as_of,
            by=options["by"],
            basis=options["basis"] or rule("receivables.ageing_basis", on=as_of),
            steps=parse_steps(steps) if steps else tuple(rule("receivables.ageing_buckets", on=as_of)),
            currency=currency,
            disputed=options["disputed"],
        )
        report = ageing_report(query)
        if options["json"]:
            self.emit(document(report, decimals))
        else:
            self._print(report, decimals)

    def _print(self, report: AgeingReport, decimals: int) -> None:
        heads = ["key", *report.labels, "unallocated", "outstanding"]
        lines = [heads]
        for row in [*report.rows, report.total]:
            cells = amounts(row, decimals)
            lines.append([row.key or ("TOTAL" if row.pk is None else "-"), *(cells[h] for h in heads[1:])])
        widths = [max(len(line[n]) for line in lines) for n in range(len(heads))]
        for line in lines:
            first, *rest = (
                text.ljust(width) if n == 0 else text.rjust(width)
                for n, (text, width) in enumerate(zip(line, widths, strict=True))
            )
            self.stdout.write("  ".join([first, *rest]))


def _decimals(currency: str) -> int:
    if currency and not Currency.objects.filter(pk=currency).exists():
        raise InvalidInput(_("There is no currency “%(code)s”.") % {"code": currency}, field="currency")
    return decimals_of(currency)


def amounts(row: AgeingRow, decimals: int) -> dict[str, str]:
    """Amounts as strings with the currency's decimals."""

    def text(amount: Decimal) -> str:
        return format(round_money(amount, decimals), "f")

    return {
        **{label: text(amount) for label, amount in row.cells.items()},
        "unallocated": text(row.unallocated),
        "outstanding": text(row.outstanding),
    }


def document(report: AgeingReport, decimals: int) -> dict[str, Any]:
    """The JSON document of interfaces §2."""
    query = report.query
    return {
        "as_of": query.as_of,
        "basis": query.basis,
        "by": query.by,
        "currency": query.shown_currency,
        **({"disputed": query.disputed} if query.disputed else {}),
        "buckets": report.labels,
        "rows": [{"key": row.key, "label": row.label, **amounts(row, decimals)} for row in report.rows],
        "total": amounts(report.total, decimals),
    }
