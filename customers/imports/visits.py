"""Visits in and out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.choices import VisitKind, VisitState
from customers.models import Visit
from customers.services.bulk import CustomerBook, seeds_of
from salesops.core.choices import Role
from salesops.exchange.books import PeopleBook
from salesops.exchange.context import BatchContext, Book, Document, RowError
from salesops.exchange.fields import changed_fields, present
from salesops.exchange.registry import Column, ImportKind
from salesops.numbering.services import reserve_numbers


def prepare_visits(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = [d.first for d in documents]
    days = [day for row in rows if (day := _visit_day(row)) is not None]
    ctx.book(PeopleBook).need_or_create(
        {row.owner for row in rows}, since=min(days, default=None), create=ctx.creates("owner")
    )
    ctx.book(CustomerBook).need_or_create(
        seeds_of((row.customer, _visit_day(row) or ctx.today, row.owner, None) for row in rows),
        create=ctx.creates("customer"),
    )


def _visit_day(row: Any) -> Any:
    return timezone.localdate(row.visited_at) if row.visited_at else row.planned_date


def _visit_key(visit: Any, customer_id: int, owner_id: int) -> tuple[Any, ...]:
    return customer_id, owner_id, visit.kind or VisitKind.VISIT, visit.planned_date, visit.visited_at


def _checked_day(row: Any, at: datetime) -> date:
    """The day the visit counts for, once its dates agree with each other."""
    day = _visit_day(row)
    if day is None:
        raise RowError(row, "planned_date", _("a visit needs a planned date or the time it took place"))
    if row.visited_at and row.visited_at > at:
        raise RowError(row, "visited_at", _("lies in the future"))
    if row.next_date and row.next_date < day:
        raise RowError(row, "next_date", _("lies before the visit"))
    if row.result and not row.visited_at:
        raise RowError(row, "visited_at", _("a result needs the time the visit took place"))
    return day


class Matched(Book):
    """Which visits a row of this file spoke for already, and what those rows said."""

    def __init__(self, ctx: BatchContext) -> None:
        super().__init__(ctx)
        self.forget()

    def forget(self) -> None:
        self.visits: set[int] = set()
        self.rows: set[tuple[Any, ...]] = set()

    def again(self, key: tuple[Any, ...], words: dict[str, Any]) -> bool:
        """Is this row in the file twice, word for word?"""
        row = (*key, *words.values())
        known = row in self.rows
        self.rows.add(row)
        return known

    def find(self, candidates: list[Visit], words: dict[str, Any]) -> Visit | None:
        """The visit that a row speaks for: one that says the same, else any that no other row spoke for.

        Two visits of one person to one customer at one time differ in their purpose.
        """
        free = [visit for visit in candidates if visit.pk not in self.visits]
        given = present(words)
        same = (v for v in free if all(getattr(v, name) == value for name, value in given.items()))
        found = next(same, free[0] if free else None)
        if found is not None:
            self.visits.add(found.pk)
        return found


def _known_visits(customers: list[int]) -> tuple[dict[tuple[Any, ...], list[Visit]], set[tuple[Any, ...]]]:
    """The visits of these customers by their key, and days for which an old file plans nothing anew: what was planned
    for them took place here, perhaps as another kind, or was moved to another day."""
    existing: dict[tuple[Any, ...], list[Visit]] = {}
    kept: set[tuple[Any, ...]] = set()
    moved: dict[tuple[Any, ...], Visit] = {}
    for visit in Visit.objects.filter(customer_id__in=customers).order_by("pk"):
        whose = visit.customer_id, visit.owner_id
        existing.setdefault(_visit_key(visit, *whose), []).append(visit)
        if visit.state == VisitState.DONE and visit.planned_date is not None:
            kept.add((*whose, visit.planned_date))
        kept.update((*whose, day) for day in visit.moved_from)
        if visit.state == VisitState.PLANNED:
            moved.update({(*whose, visit.kind, day, None): visit for day in visit.moved_from})
    return {key: [visit] for key, visit in moved.items()} | existing, kept


def load_visits(ctx: BatchContext, documents: Sequence[Document]) -> None:
    book, people, matched = ctx.book(CustomerBook), ctx.book(PeopleBook), ctx.book(Matched)
    existing, kept = _known_visits([c.pk for d in documents if (c := book.get(d.first.customer)) is not None])
    new: list[Visit] = []
    changed: list[Visit] = []

    def build(document: Document) -> None:
        row = document.first
        customer = book.customer(row, "customer", row.customer)
        owner = people.owner(row, "owner", row.owner)
        day = _checked_day(row, ctx.at)
        words = {name: getattr(row, name) for name in ("purpose", "result", "next_step", "next_date")}
        key = _visit_key(row, customer.pk, owner.pk)
        if matched.again(key, words):
            ctx.outcome.unchanged += 1
            return
        visit = matched.find(existing.get(key, []), words)
        if visit is None and row.visited_at:  # what was called off stays so: this is a visit of its own
            plans = existing.get((*key[:4], None), [])
            visit = matched.find([plan for plan in plans if plan.state != VisitState.CANCELLED], words)
        if visit is None and not row.visited_at and (customer.pk, owner.pk, row.planned_date) in kept:
            ctx.outcome.unchanged += 1  # an old file of plans, read again after they were logged
            return
        if visit is None:
            visit = Visit(
                customer=customer,
                owner=owner,
                team_id=people.team_on(owner.pk, day),
                kind=row.kind or VisitKind.VISIT,
                state=VisitState.DONE if row.visited_at else VisitState.PLANNED,
                planned_date=row.planned_date,
                visited_at=row.visited_at,
                visit_date=day,
                created_by=ctx.actor,
                **present(words),
            )
            new.append(visit)
            return
        if visit.state == VisitState.PLANNED and row.visited_at:
            words |= {"state": VisitState.DONE, "visited_at": row.visited_at, "visit_date": day}
            visit.team_id = people.team_on(owner.pk, day)
        if changed_fields(visit, words):
            changed.append(visit)
        else:
            ctx.outcome.unchanged += 1

    ctx.each(documents, build)
    _give_numbers(new)
    ctx.insert(new, count=True)
    matched.visits.update(visit.pk for visit in new)
    ctx.update(
        changed, ["purpose", "result", "next_step", "next_date", "state", "visited_at", "visit_date", "team"]
    )


def _give_numbers(visits: list[Visit]) -> None:
    by_year: dict[int, list[Visit]] = {}
    for visit in visits:
        by_year.setdefault(visit.visit_date.year, []).append(visit)
    for year in sorted(by_year):
        group = by_year[year]
        numbers = reserve_numbers("BF", len(group), on=group[0].visit_date)
        for visit, number in zip(group, numbers, strict=True):
            visit.number = number


def export_visits() -> Iterator[dict[str, Any]]:
    """Visits with what came of them; one written down for later today is told as planned."""
    rows, now = Visit.objects.exclude(state=VisitState.CANCELLED).order_by("pk"), timezone.now()
    for visit in rows.select_related("customer", "owner").iterator(2000):
        done = visit.visited_at if visit.visited_at and visit.visited_at <= now else None
        yield {
            "customer": visit.customer.code,
            "owner": visit.owner.username,
            "planned_date": visit.planned_date if done else visit.planned_date or visit.visit_date,
            "visited_at": done,
            "kind": visit.kind,
            "purpose": visit.purpose,
            "result": visit.result if done else "",
            "next_step": visit.next_step,
            "next_date": visit.next_date,
        }


VISITS = ImportKind(
    name="visits",
    title=gettext_lazy("Visits"),
    columns=(
        Column("customer", "reference", required=True, lookup="customer", max_length=60),
        Column("owner", "reference", required=True, lookup="owner"),
        Column("planned_date", "date"),
        Column("visited_at", "datetime", help=gettext_lazy("with it the visit is done, without it planned")),
        Column("kind", "choice", choices=VisitKind.choices),
        Column("purpose", max_length=300),
        Column("result", max_length=20000),
        Column("next_step", max_length=300),
        Column("next_date", "date"),
    ),
    any_of=(("planned_date", "visited_at"),),
    roles=(Role.MANAGER,),
    creatable=("customer", "owner"),
    prepare=prepare_visits,
    load=load_visits,
    export=export_visits,
    order=60,
)
