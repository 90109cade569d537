"""Signs on customer files: data that may be out of date (CUS-05), and customers who may leave (CUS-14).

An app registers a sign at start; the list filters by it, the page of a customer names it, the watch list collects
those of its kind::

    file_flags.register("orders.falling", FileFlag(_("Buys half as much"), WATCH, falling))

``condition(on, keys)`` answers a filter over customers; ``keys`` narrows what has to be read (``None``: all). It
follows from day, rules and keys alone and asks the database nothing itself: its text is used again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from customers.choices import CustomerKind, GradingState, LifeCycle
from customers.models import Contact, Customer, CustomerGrading
from customers.selectors import stale
from salesops.core.questions import Question
from salesops.core.registry import Registry
from salesops.handbook.kept import wording
from salesops.handbook.selectors import rule

STALE, WATCH = "stale", "watch"
Condition = Callable[[date, list[int] | None], Q]


@dataclass(frozen=True)
class FileFlag:
    label: Any
    kind: str
    condition: Condition
    order: int = 100
    # what to do about it, shown beside the sign
    advice: Any = ""


file_flags: Registry[FileFlag] = Registry("customers.file_flags")


def flags_in_order(kind: str = "") -> list[tuple[str, FileFlag]]:
    found = [(key, flag) for key, flag in file_flags.items() if not kind or flag.kind == kind]
    return sorted(found, key=lambda pair: (pair[1].kind, pair[1].order, pair[0]))


def flagged(customers: QuerySet[Customer], keys: Iterable[str], *, on: date) -> QuerySet[Customer]:
    """Customers that show at least one of these signs."""
    wanted = Q(pk__in=[])
    for key in keys:
        flag = file_flags.get(key)
        if flag is not None:
            wanted |= flag.condition(on, None)
    return customers.filter(wanted)


def shown(flag: FileFlag, *, on: date, keys: list[int] | None = None) -> Case:
    """Does a customer of a queryset show this sign?"""
    yes = When(flag.condition(on, keys), then=Value(True))
    return Case(yes, default=Value(False), output_field=BooleanField())


def signs_of(customers: list[int], *, on: date) -> dict[int, list[tuple[str, FileFlag]]]:
    """The signs that these few customers show, in one statement."""
    flags = flags_in_order()
    if not customers or not flags:
        return {}
    rules = wording()
    if len(customers) == 1 and rules is not None:
        rows = _signs_of_one(on, rules, customer=customers[0])
    else:
        rows = list(_marked(customers, on))
    return {pk: [flags[n] for n, shown in enumerate(answers) if shown] for pk, *answers in rows}


def _marked(customers: list[int], on: date) -> QuerySet:
    marks = {
        f"sign_{n}": shown(flag, on=on, keys=customers) for n, (_key, flag) in enumerate(flags_in_order())
    }
    return Customer.objects.filter(pk__in=customers).order_by().annotate(**marks).values_list("pk", *marks)


# The same text for every customer, as long as day and rules are the same.
_signs_of_one = Question(lambda on, _rules, *, customer: _marked([customer], on))


# --- what this app itself knows ------------------------------------------------------------------------


def no_contact(on: date, keys: list[int] | None) -> Q:
    rows = Customer.objects.all() if keys is None else Customer.objects.filter(pk__in=keys)
    return Q(pk__in=stale(rows, on=on).order_by().values("pk"))


def unconfirmed(on: date, keys: list[int] | None) -> Q:
    limit = on - timedelta(days=rule("customers.confirm_days", on=on))
    rows = Customer.objects.annotate(sure=Coalesce("confirmed_on", "created_date")).filter(sure__lt=limit)
    return Q(pk__in=(rows if keys is None else rows.filter(pk__in=keys)).order_by().values("pk"))


def nobody_to_call(on: date, keys: list[int] | None) -> Q:
    reached = Contact.objects.filter(customer=OuterRef("pk"), left=False).exclude(phone="", email="")
    return Q(phone="") & ~Q(Exists(reached))


def no_contact_person(on: date, keys: list[int] | None) -> Q:
    return ~Q(Exists(Contact.objects.filter(customer=OuterRef("pk"), left=False)))


def no_tax_number(on: date, keys: list[int] | None) -> Q:
    return Q(tax_number="", kind=CustomerKind.COMPANY, lifecycle=LifeCycle.ACTIVE)


def dormant(on: date, keys: list[int] | None) -> Q:
    return Q(lifecycle=LifeCycle.DORMANT)


def grade_fell(on: date, keys: list[int] | None) -> Q:
    """The newest decided grade is below the one before, within a year."""
    rows = CustomerGrading.objects.filter(
        state__in=(GradingState.ACCEPTED, GradingState.OVERRIDDEN), decided_on__gt=on - timedelta(days=365)
    ).exclude(old_grade="")
    worse = rows.filter(customer=OuterRef("pk"), grade=OuterRef("grade"), grade__gt=F("old_grade"))
    return Q(Exists(worse))
