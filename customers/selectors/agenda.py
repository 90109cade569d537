"""What stands in a calendar: visits, the lines of plans that wait for approval, receptions (VIS-01)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db import connection
from django.db.models import Count, DateField, F, QuerySet, TextField, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.about import Reader
from customers.choices import ReceptionState, VisitKind, VisitPlanState, VisitState
from customers.models import Customer, Reception, Visit, VisitPlanLine
from salesops.accounts.models import User
from salesops.core.policies import can, one_of, policy_of
from salesops.core.questions import Question, array_of
from salesops.ui.links import url_of

WAITING = (VisitPlanState.DRAFT, VisitPlanState.SUBMITTED, VisitPlanState.RETURNED)
OPEN_PLANS = (VisitPlanState.DRAFT, VisitPlanState.RETURNED)


@dataclass(slots=True)
class Entry:
    """One thing of one day. ``tone``: planned, late, done, proposed or guest; ``visit`` is the key of a visit,
    ``line`` that of a line of ``plan``."""

    day: date
    title: str
    what: str
    person: Any
    url: str
    tone: str
    order: tuple[Any, ...]
    note: str = ""
    tour: bool = False
    time: str = ""
    visit: int | None = None
    version: int = 0
    movable: bool = False
    line: int | None = None
    plan: int | None = None


@dataclass
class Agenda:
    """The first entries of each day, and how many the day has in all."""

    entries: dict[date, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[date] = field(default_factory=Counter)


def agenda(
    user: Any, first: date, last: date, *, today: date, most: int, owner: Any = None, team: Any = None
) -> Agenda:
    """What ``user`` may see from ``first`` to ``last``, of one person or team.

    ``most`` entries of a day are read, however many it has; the counts are of all of them.
    """
    who: dict[str, Any] = {"owner": owner} if owner else {}
    if team:
        who["team__path__startswith"] = team.path
    found = Agenda()
    _visits(found, user, first, last, most, today, who)
    _proposed(found, user, first, last, most, who)
    _receptions(found, user, first, last, most, who)
    for day, entries in found.entries.items():
        found.entries[day] = sorted(entries, key=lambda entry: entry.order)[:most]
    return found


KNOWN = ("id", "owner_id", "team_id", "state")
COUNTED = (
    500  # of very many people's visits so many are counted for each day; a calendar says "more than" then
)
ROW = (
    "pk", "visit_date", "visited_at", "state", "kind", "purpose", "version", "owner_id", "team_id", "customer_id",
    "owner__name", "owner__username", "customer__name", "customer__short_name",
)  # fmt: skip


def _visits(
    found: Agenda, user: Any, first: date, last: date, most: int, today: date, who: dict[str, Any]
) -> None:
    """Rows as plain values: of a company's month hundreds are shown, and a record of each would cost more than all else."""
    rows = Visit.objects.visible_to(user).filter(**who).exclude(state=VisitState.CANCELLED)
    kinds = {key: str(word) for key, word in VisitKind.choices}
    people: dict[int, User] = {}
    movable: dict[tuple[int, int | None], bool] = {}
    for (
        key,
        day,
        at,
        state,
        kind,
        purpose,
        version,
        owner,
        team,
        _of,
        name,
        login,
        full,
        short,
    ) in _first_visits(
        found, rows, first, last, most, few=bool(who.get("owner")) or policy_of(Visit).is_own(user)
    ):
        done = state == VisitState.DONE
        if owner not in people:
            people[owner] = User.from_db(None, ("id", "username", "name"), (owner, login, name))
        if not done and (owner, team) not in movable:
            movable[owner, team] = can(user, "replan", Visit.from_db(None, KNOWN, (key, owner, team, state)))
        found.entries[day].append(
            Entry(
                day=day,
                title=Customer.called(short, full),
                what=kinds[kind],
                person=people[owner],
                url=url_of(Visit, key),
                tone="done" if done else "late" if day < today else "planned",
                order=(1, at is not None, at or 0, key),
                note=purpose,
                tour=kind == VisitKind.TOUR,
                visit=key,
                version=version,
                movable=not done and movable[owner, team],
            )
        )


_rows = Question(lambda *, keys: Visit.objects.filter(one_of("pk", keys)).order_by().values_list(*ROW))


def _first_visits(
    found: Agenda, rows: QuerySet, first: date, last: date, most: int, *, few: bool
) -> Iterator[tuple[Any, ...]]:
    """The first visits of each day, and how many it has. ``few``: of one person they are read and ranked together.

    Of many people's each day is read by itself, in the order of an index, and only as far as it is shown.
    """
    if few:
        of_span = rows.filter(visit_date__range=(first, last)).order_by().values_list("visit_date")
        order = (F("visited_at").asc(nulls_first=True), "pk")
        listed = StringAgg(Cast("pk", TextField()), ",", order_by=order)
        keys = []
        for day, n, of_day in of_span.annotate(n=Count("pk"), of_day=listed):
            found.counts[day] = n
            keys += of_day.split(",", most)[:most]
        yield from _rows(keys=array_of(keys)) if keys else ()
        return
    this_day = RawSQL("this.day", (), output_field=DateField())
    own = [name for name in ROW if "__" not in name]
    text, asked = rows.filter(visit_date=this_day).order_by().values_list(*own).query.sql_with_params()
    days = ",".join(str(first + timedelta(days=n)) for n in range((last - first).days + 1))
    sql = (
        "SELECT n, shown.*, person.name, person.username, customer.name, customer.short_name "  # noqa: S608
        f"FROM unnest(%s::date[]) AS this (day), LATERAL (SELECT count(*) FROM ({text} LIMIT {COUNTED + most + 1}) AS c) "
        f"AS counted (n), LATERAL ({text} ORDER BY customers_visit.visited_at NULLS FIRST, customers_visit.id LIMIT {most}) AS shown "
        "JOIN accounts_user AS person ON person.id = owner_id JOIN customers_customer AS customer ON customer.id = customer_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{{{days}}}", *asked, *asked])
        for n, *row in cursor.fetchall():
            found.counts[row[1]] = n
            yield tuple(row)


def _waiting_lines(
    reader: Reader, owner: int | None, team: str | None, most: int, *, first: date, last: date
) -> QuerySet:
    """The first lines of each day, of waiting plans that the reader may see: key, day, place and how many the day has."""
    rows = VisitPlanLine.objects.filter(policy_of(VisitPlanLine).scope(reader.user))
    rows = rows.filter(date__range=(first, last), plan__state__in=WAITING, visit__isnull=True)
    if owner:
        rows = rows.filter(plan__owner=owner)
    if team:
        rows = rows.filter(plan__team__path__startswith=team)
    ranked = rows.order_by().annotate(
        place=Window(RowNumber(), partition_by=F("date"), order_by=F("pk").asc()),
        of_day=Window(Count("pk"), partition_by=F("date")),
    )
    return ranked.filter(place__lte=most).values_list("pk", "date", "place", "of_day")


_waiting = Question(_waiting_lines)  # what of plans one sees follows from the rights alone


def _proposed(found: Agenda, user: Any, first: date, last: date, most: int, who: dict[str, Any]) -> None:
    """Lines of plans that nobody has accepted yet; an accepted line is a visit."""
    owner, team = who.get("owner"), who.get("team__path__startswith")
    keys = []
    for key, on, place, of_day in _waiting(
        Reader(user), owner and owner.pk, team, most, first=first, last=last
    ):
        keys.append(key)
        if place == 1:
            found.counts[on] += of_day
    if not keys:
        return
    lines = VisitPlanLine.objects.filter(pk__in=keys).select_related("customer", "plan__owner", "plan__team")
    for line in lines:
        found.entries[line.date].append(
            Entry(
                day=line.date,
                title=str(line.customer),
                what=f"{line.get_kind_display()} · {line.plan.get_state_display()}",
                person=line.plan.owner,
                url=line.plan.get_absolute_url(),
                tone="proposed",
                order=(2, "", line.pk),
                note=line.purpose,
                tour=line.kind == VisitKind.TOUR,
                movable=line.plan.state in OPEN_PLANS and can(user, "edit", line.plan),
                line=line.pk,
                plan=line.plan_id,
            )
        )


def _receptions(found: Agenda, user: Any, first: date, last: date, most: int, who: dict[str, Any]) -> None:
    """A reception stands on each day on which the guests are here."""
    begins = timezone.make_aware(_midnight(first))
    ends = timezone.make_aware(_midnight(last + timedelta(days=1)))
    rows = Reception.objects.visible_to(user).filter(arrival__lt=ends, **who)
    rows = rows.filter(arrival__gte=begins - timedelta(days=31)).exclude(state=ReceptionState.CANCELLED)
    here: dict[int, list[date]] = {}
    guests_of: Counter[date] = Counter()
    for key, arrival, departure in rows.order_by("arrival", "pk").values_list("pk", "arrival", "departure"):
        until = min(timezone.localdate(departure or arrival), last)
        day = max(timezone.localdate(arrival), first)
        while day <= until:
            guests_of[day] += 1
            if guests_of[day] <= most:
                here.setdefault(key, []).append(day)
            day += timedelta(days=1)
    found.counts += guests_of
    if not here:
        return
    guests = Reception.objects.filter(pk__in=here).select_related("customer", "owner")
    for row in guests:
        arrival = timezone.localtime(row.arrival)
        for day in here[row.pk]:
            found.entries[day].append(
                Entry(
                    day=day,
                    title=str(row.customer),
                    what=_("Reception"),
                    person=row.owner,
                    url=row.get_absolute_url(),
                    tone="guest",
                    order=(0, arrival.isoformat(), row.pk),
                    note=row.purpose,
                    time=f"{arrival:%H:%M}" if day == arrival.date() else "",
                )
            )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
