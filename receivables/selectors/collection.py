"""What is overdue in a case, with the level that each item has reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext

from customers.models import Customer
from customers.selectors import family_of
from receivables.choices import Effect, StepState
from receivables.models import CollectionAction, CollectionCase, CollectionStep, Receivable, SettlementLine
from receivables.selectors.promises import kept_rate_of_people
from salesops.accounts.models import User
from salesops.accounts.selectors import active_people
from salesops.approvals.formats import base_money
from salesops.ui.marks import exact_date


def overdue_of(case: CollectionCase, on: date, user: Any = None) -> QuerySet[Receivable]:
    """Overdue items of the customer on a day, the oldest first, each with ``reached`` (None: nothing done yet).

    ``user`` limits them to what the person may see; without one they are all.
    """
    rows = Receivable.objects.visible_to(user) if user is not None else Receivable.objects.all()
    done = Q(collection_items__step__state="done")
    return (
        rows.open()
        .filter(customer__in=family_of(case.customer), due_date__lt=on)
        .annotate(reached=Max("collection_items__level", filter=done))
        .select_related("currency", "contract", "order")
        .order_by("due_date", "pk")
    )


def warned_case(customer: Customer) -> CollectionCase | None:
    """The running case of a customer where a step with the effect "warning" was done and is not paid."""
    warns = CollectionStep.objects.filter(
        case=OuterRef("pk"),
        state=StepState.DONE,
        policy_level__effect=Effect.WARN,
        level__lte=OuterRef("level"),
    )
    rows = CollectionCase.objects.running().filter(
        customer=customer, overdue_base__gt=0, oldest_due__isnull=False
    )
    return rows.filter(Exists(warns)).first()


def warning_of(case: CollectionCase) -> str:
    """The warning in the reader's language: level, amount and since when."""
    return gettext("Collection has come to %(level)s: %(amount)s is overdue, the oldest since %(date)s.") % {
        "level": case.get_level_display(),
        "amount": base_money(case.overdue_base),
        "date": exact_date(case.oldest_due),
    }


def people_with(role: str, on: date) -> Any:
    """Who holds a role on a day and is in post."""
    held = Q(role_grants__role=role, role_grants__from_date__lte=on) & (
        Q(role_grants__to_date=None) | Q(role_grants__to_date__gte=on)
    )
    return User.objects.filter(active_people(on), held).distinct().order_by("pk")


@dataclass(frozen=True)
class HolderLine:
    """How one person collects: cases, overdue money in base currency, contacts of 30 days, promises kept and due."""

    person: User | None
    cases: int
    overdue: Decimal
    silent: int
    contacts: int
    waiting: int
    kept: int
    due: int
    collected: Decimal


def collected_by_holder(user: Any, since: date, until: date) -> dict[int | None, Decimal]:
    """Overdue money that came in while a case ran, in base currency, by who holds the case: lines of receipts dated from
    ``since`` to ``until`` on items that ``user`` may see and that were past their due date; mirrors take theirs back."""
    case = CollectionCase.objects.filter(
        customer=OuterRef("receivable__customer"), opened_date__lte=OuterRef("date")
    ).filter(Q(closed_date=None) | Q(closed_date__gte=OuterRef("date")))
    lines = SettlementLine.objects.filter(
        receipt__isnull=False,
        receivable__in=Receivable.objects.visible_to(user),
        date__range=(since, until),
        receivable__due_date__lt=F("date"),
    ).annotate(found=Subquery(case.order_by("-pk").values("pk")[:1]))
    holders = CollectionCase.objects.filter(pk=OuterRef("found")).values("owner")
    rows = lines.filter(found__isnull=False).annotate(holder=Subquery(holders)).order_by()
    return dict(rows.values("holder").annotate(total=Sum("base_amount")).values_list("holder", "total"))


def by_holder(user: Any, on: date, since: date, until: date) -> list[HolderLine]:
    """One line a holder over the running cases that ``user`` may see, the most overdue first; ``collected`` is of the
    days from ``since`` to ``until``, the rest stands as of ``on``."""
    came = collected_by_holder(user, since, until)
    since = on - timedelta(days=30)
    cases = CollectionCase.objects.visible_to(user).running()
    rows = (
        cases.order_by()
        .values("owner")
        .annotate(
            cases=Count("pk"),
            overdue=Sum("overdue_base"),
            silent=Count("pk", filter=Q(last_contact=None) | Q(last_contact__lt=on - timedelta(days=14))),
        )
    )
    found = {row["owner"]: row for row in rows}
    nothing = {"cases": 0, "overdue": Decimal(0), "silent": 0}
    rows = [found.get(key, {"owner": key, **nothing}) for key in {*found, *came}]
    people = User.objects.in_bulk([row["owner"] for row in rows if row["owner"]])
    said = _counted(
        CollectionAction.objects.filter(case__in=CollectionCase.objects.visible_to(user), at__date__gt=since),
        "by",
    )
    waits = _counted(CollectionStep.objects.filter(case__in=cases, state="proposed"), "case__owner")
    rates = kept_rate_of_people(list(people), on)
    lines = [
        HolderLine(
            person=people.get(row["owner"]),
            cases=row["cases"],
            overdue=row["overdue"],
            silent=row["silent"],
            contacts=said.get(row["owner"], 0),
            waiting=waits.get(row["owner"], 0),
            kept=rates.get(row["owner"], (0, 0))[0],
            due=rates.get(row["owner"], (0, 0))[1],
            collected=came.get(row["owner"], Decimal(0)),
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (-line.overdue, str(line.person)))


def _counted(rows: QuerySet, path: str) -> dict[Any, int]:
    return dict(rows.order_by().values_list(path).annotate(n=Count("pk")))
