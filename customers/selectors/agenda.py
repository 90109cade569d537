"""What stands in a calendar: visits, the lines of plans that wait for approval, receptions (VIS-01)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.choices import ReceptionState, VisitKind, VisitPlanState, VisitState
from customers.models import Reception, Visit, VisitPlanLine
from salesops.core.policies import can, policy_of

WAITING = (VisitPlanState.DRAFT, VisitPlanState.SUBMITTED, VisitPlanState.RETURNED)


@dataclass(frozen=True)
class Entry:
    """One thing of one day. ``tone``: planned, late, done, proposed or guest; ``visit`` where it can be moved or logged."""

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
    visit: Visit | None = None
    movable: bool = False


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


def _firsts(found: Agenda, rows: QuerySet, day: str, order: Iterable[Any], most: int) -> list[int]:
    """Keys of the first rows of each day; all of them are counted."""
    ranked = rows.order_by().annotate(
        place=Window(RowNumber(), partition_by=F(day), order_by=order),
        of_day=Window(Count("pk"), partition_by=F(day)),
    )
    keys = []
    for key, on, place, of_day in ranked.filter(place__lte=most).values_list("pk", day, "place", "of_day"):
        keys.append(key)
        if place == 1:
            found.counts[on] += of_day
    return keys


def _visits(
    found: Agenda, user: Any, first: date, last: date, most: int, today: date, who: dict[str, Any]
) -> None:
    rows = Visit.objects.visible_to(user).filter(visit_date__range=(first, last), **who)
    rows = rows.exclude(state=VisitState.CANCELLED)
    order = (F("visited_at").asc(nulls_first=True), F("pk").asc())
    keys = _firsts(found, rows, "visit_date", order, most)
    for visit in Visit.objects.filter(pk__in=keys).select_related("customer", "owner") if keys else ():
        done = visit.state == VisitState.DONE
        late = not done and visit.visit_date < today
        found.entries[visit.visit_date].append(
            Entry(
                day=visit.visit_date,
                title=str(visit.customer),
                what=visit.get_kind_display(),
                person=visit.owner,
                url=visit.get_absolute_url(),
                tone="done" if done else "late" if late else "planned",
                order=(
                    1,
                    timezone.localtime(visit.visited_at).isoformat() if visit.visited_at else "",
                    visit.pk,
                ),
                note=visit.purpose,
                tour=visit.kind == VisitKind.TOUR,
                visit=visit,
                movable=not done and can(user, "replan", visit),
            )
        )


def _proposed(found: Agenda, user: Any, first: date, last: date, most: int, who: dict[str, Any]) -> None:
    """Lines of plans that nobody has accepted yet; an accepted line is a visit."""
    plan = {f"plan__{name}": value for name, value in who.items()}
    rows = VisitPlanLine.objects.filter(policy_of(VisitPlanLine).scope(user))
    rows = rows.filter(date__range=(first, last), plan__state__in=WAITING, visit__isnull=True, **plan)
    keys = _firsts(found, rows, "date", (F("pk").asc(),), most)
    lines = VisitPlanLine.objects.filter(pk__in=keys).select_related("customer", "plan__owner")
    for line in lines if keys else ():
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
    guests = Reception.objects.filter(pk__in=here).select_related("customer", "owner")
    for row in guests if here else ():
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
