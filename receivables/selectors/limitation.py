"""When claims become time-barred: the last provable demand, acknowledgement or payment, and the years of the law."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    Func,
    JSONField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from receivables.choices import LetterWay
from receivables.choices.statements import StatementState
from receivables.models import (
    CollectionLetter,
    CollectionStepItem,
    Promise,
    Receivable,
    SettlementLine,
    Statement,
    StatementDifference,
    StatementLine,
)
from salesops.handbook.selectors import rule

# What interrupted a limitation last, as the list names it.
PROOFS = {
    "due": _("Due date"),
    "paid": _("Payment"),
    "step": _("Step of the ladder"),
    "received": _("Letter received"),
    "sent": _("Letter with proof of sending"),
    "promise": _("Acknowledged promise"),
    "agreed": _("Confirmed balance"),
    "line": _("Line not contested"),
}


def years_later(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _numbered(number: Any) -> Func:
    """As ``lines`` of a letter hold an item of this number."""
    line = Func(Cast(Value("number"), CharField()), number, function="jsonb_build_object")
    return Func(line, function="jsonb_build_array", output_field=JSONField())


def _sources(on: date) -> Iterator[tuple[str, QuerySet, str, str]]:
    """Each kind of proof: its rows about an item, the day and the words or number that name the evidence."""
    yield (
        "paid",
        SettlementLine.objects.filter(
            receivable=OuterRef("pk"), receipt__isnull=False, reversal_of=None, reversed_by=None, date__lte=on
        ),
        "date",
        "receipt__number",
    )
    yield (
        "step",
        CollectionStepItem.objects.filter(
            receivable=OuterRef("pk"), step__state="done", step__done_date__lte=on
        ),
        "step__done_date",
        "step__proof",
    )
    letters = CollectionLetter.objects.filter(
        case__customer=OuterRef("customer"), lines__contains=_numbered(OuterRef("number"))
    )
    yield "received", letters.filter(state="received", answered_date__lte=on), "answered_date", "number"
    posted = letters.filter(state="sent", date__lte=on).exclude(way=LetterWay.MAIL).exclude(tracking="")
    yield "sent", posted, "date", "number"
    said = Promise.objects.filter(customer=OuterRef("customer"), made_date__lte=on)
    of_item = Q(receivable=None) | Q(receivable=OuterRef("pk"))
    yield "promise", said.filter(of_item).exclude(Q(proof="") | Q(state="withdrawn")), "made_date", "proof"
    agreed = Statement.objects.filter(
        customer=OuterRef("customer"),
        currency=OuterRef("currency"),
        until__gte=OuterRef("issue_date"),
        state=StatementState.CONFIRMED,
        answered_at__date__lte=on,
    )
    yield "agreed", agreed, "answered_at__date", "number"
    # who names the lines that differ lets the others stand, unless the whole is contested
    contested = StatementDifference.objects.filter(statement=OuterRef("statement")).filter(
        Q(line=None) | Q(line=OuterRef("pk"))
    )
    lines = StatementLine.objects.filter(
        receivable=OuterRef("pk"),
        statement__state=StatementState.DIFFERS,
        statement__answered_at__date__lte=on,
    ).exclude(Exists(contested))
    yield "line", lines, "statement__answered_at__date", "statement__number"


def limited(user: Any, on: date) -> QuerySet[Receivable]:
    """Open items due before a day, each with what interrupted the limitation last (domain §7): ``proof_date``, its
    ``proof_kind`` (a key of ``PROOFS``) and ``proof_ref``, the number or words that name the evidence.

    That is the due date, or later a payment on the item, a step of the ladder that was really done with it, a letter
    over it that was received or sent with a tracking number, a promise with a proof, a balance that the customer
    confirmed, or a line of a statement that it left uncontested. ``user``: only what the person may see; None: all.
    """
    rows = Receivable.objects.visible_to(user) if user is not None else Receivable.objects.all()
    rows = rows.open().filter(due_date__lt=on)
    days, refs = {}, {}
    for key, found, day, ref in _sources(on):
        found = found.order_by()
        days[f"{key}_day"] = Subquery(
            found.annotate(one=Value(1)).values("one").annotate(last=Max(day)).values("last"),
            output_field=DateField(),
        )
        refs[key] = Subquery(found.order_by(F(day).desc(), "-pk").values(ref)[:1], output_field=CharField())
    rows = rows.annotate(**days).annotate(
        proof_date=Greatest(F("due_date"), *(Coalesce(F(name), F("due_date")) for name in days))
    )
    at_last = [Q(**{f"{key}_day": F("proof_date")}) for key in refs]
    kinds = [When(test, then=Value(key)) for key, test in zip(refs, at_last, strict=True)]
    named = [When(test, then=ref) for ref, test in zip(refs.values(), at_last, strict=True)]
    return rows.annotate(
        proof_kind=Case(*kinds, default=Value("due"), output_field=CharField()),
        proof_ref=Case(*named, default=Value(""), output_field=CharField()),
    )


def limit_years(on: date) -> int:
    return rule("receivables.limitation_years", on=on)
