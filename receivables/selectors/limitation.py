"""When claims become time-barred: the last provable demand, acknowledgement or payment, and the years of the law."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from receivables.models import CollectionLetter, CollectionStepItem, Promise, Receivable, SettlementLine
from salesops.handbook.selectors import rule


def years_later(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def limited(user: Any, on: date) -> QuerySet[Receivable]:
    """Open items due before a day, each with ``proof_date``: what interrupted the limitation last (domain §7).

    That is the due date, or later a payment on the item, a step of the ladder that was really done with it, a letter that was
    received, or a promise of the customer with a proof. ``user`` limits them to what the person may see; None: all.
    """
    rows = Receivable.objects.visible_to(user) if user is not None else Receivable.objects.all()
    paid = SettlementLine.objects.filter(
        receivable=OuterRef("pk"), receipt__isnull=False, reversal_of=None, reversed_by=None, date__lte=on
    )
    asked = CollectionStepItem.objects.filter(
        receivable=OuterRef("pk"), step__state="done", step__done_date__lte=on
    )
    got = CollectionLetter.objects.filter(
        case__customer=OuterRef("customer"), state="received", answered_date__lte=on
    )
    said = Promise.objects.filter(customer=OuterRef("customer"), made_date__lte=on).exclude(
        Q(proof="") | Q(state="withdrawn")
    )
    found = [
        _last(paid, "receivable", "date"),
        _last(asked, "receivable", "step__done_date"),
        _last(got, "case__customer", "answered_date"),
        _last(said, "customer", "made_date"),
    ]
    proof = Greatest(F("due_date"), *(Coalesce(one, F("due_date")) for one in found))
    return rows.open().filter(due_date__lt=on).annotate(proof_date=proof)


def _last(rows: QuerySet, group: str, day: str) -> Subquery:
    return Subquery(rows.order_by().values(group).annotate(last=Max(day)).values("last"))


def limit_years(on: date) -> int:
    return rule("receivables.limitation_years", on=on)
