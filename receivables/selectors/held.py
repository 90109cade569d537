"""What drafts and cheques stand for while they are held."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db.models import Max, Sum

from receivables.choices import PaperState
from receivables.models import HeldPaper, HeldPaperPart


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
