"""What drafts and cheques stand for while they are held."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from receivables.choices import PaperState
from receivables.models import HeldPaper, HeldPaperPart, Receivable
from receivables.selectors.forecast import Override
from salesops.handbook.selectors import rule
from salesops.ui.marks import exact_date


def held_papers(customers: Collection[int] | None = None) -> dict[int, Decimal]:
    """Drafts and cheques not yet honoured, by customer, in base currency at the rate of the day they came."""
    rows = HeldPaper.objects.held().order_by()
    if customers is not None:
        rows = rows.filter(customer__in=list(customers))
    return dict(rows.values_list("customer").annotate(sum=Sum("base_amount")))


def covered_until(items: Collection[int]) -> dict[int, tuple[Decimal, date]]:
    """What papers that are held cover of receivables, in their currency, and the last due day among them."""
    parts = HeldPaperPart.objects.filter(receivable__in=list(items), paper__state=PaperState.HELD).order_by()
    rows = parts.values_list("receivable").annotate(sum=Sum("amount"), last=Max("paper__due_date"))
    return {pk: (amount, last) for pk, amount, last in rows}


def expected_by_paper(items: Collection[int] | None, on: date) -> dict[int, Override]:
    """Items that drafts and cheques in hand cover wholly: expected on the last due day, as sure as clause R-38 says.

    Without ``items`` all are asked for. A paper that is due and not honoured yet is expected today. What is covered in part goes by the customer's habit.
    """
    asked = None if items is None else set(items)
    parts = HeldPaperPart.objects.filter(paper__state=PaperState.HELD).order_by()
    found = parts.values_list("receivable").annotate(sum=Sum("amount"), last=Max("paper__due_date"))
    covered = {pk: (amount, last) for pk, amount, last in found if asked is None or pk in asked}
    if not covered:
        return {}
    chance = rule("receivables.paper_chance", on=on)
    left = Receivable.objects.filter(pk__in=covered).values_list("pk", "outstanding")
    return {
        pk: Override(
            max(last, on), chance, _("draft or cheque in hand, due on %(date)s") % {"date": exact_date(last)}
        )
        for pk, outstanding in left
        for amount, last in [covered[pk]]
        if amount >= outstanding
    }
