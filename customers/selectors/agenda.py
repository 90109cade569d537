"""What stands in a calendar: visits, the lines of plans that wait for approval, receptions (VIS-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from customers.choices import ReceptionState, VisitKind, VisitPlanState, VisitState
from customers.models import Reception, Visit, VisitPlanLine
from salesops.core.policies import can, policy_of

MOST = 2000
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


def entries(
    user: Any, first: date, last: date, *, today: date, owner: Any = None, team: Any = None
) -> list[Entry]:
    """What ``user`` may see from ``first`` to ``last``, of one person or team; three queries, at most 2,000 of each."""
    who: dict[str, Any] = {"owner": owner} if owner else {}
    if team:
        who["team__path__startswith"] = team.path
    found = [
        *_visits(user, first, last, today, who),
        *_proposed(user, first, last, who),
        *_receptions(user, first, last, who),
    ]
    return sorted(found, key=lambda entry: (entry.day, *entry.order))


def _visits(user: Any, first: date, last: date, today: date, who: dict[str, Any]) -> list[Entry]:
    rows = Visit.objects.visible_to(user).filter(visit_date__range=(first, last), **who)
    rows = rows.exclude(state=VisitState.CANCELLED).select_related("customer", "owner")
    found = []
    for visit in rows.order_by("visit_date", "visited_at", "pk")[:MOST]:
        done = visit.state == VisitState.DONE
        late = not done and visit.visit_date < today
        found.append(
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
    return found


def _proposed(user: Any, first: date, last: date, who: dict[str, Any]) -> list[Entry]:
    """Lines of plans that nobody has accepted yet; an accepted line is a visit."""
    plan = {f"plan__{name}": value for name, value in who.items()}
    rows = VisitPlanLine.objects.filter(policy_of(VisitPlanLine).scope(user))
    rows = rows.filter(date__range=(first, last), plan__state__in=WAITING, visit__isnull=True, **plan)
    return [
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
        for line in rows.select_related("customer", "plan__owner").order_by("date", "pk")[:MOST]
    ]


def _receptions(user: Any, first: date, last: date, who: dict[str, Any]) -> list[Entry]:
    """A reception stands on each day on which the guests are here."""
    begins = timezone.make_aware(_midnight(first))
    ends = timezone.make_aware(_midnight(last + timedelta(days=1)))
    rows = Reception.objects.visible_to(user).filter(arrival__lt=ends, **who)
    rows = rows.filter(arrival__gte=begins - timedelta(days=31)).exclude(state=ReceptionState.CANCELLED)
    found = []
    for row in rows.select_related("customer", "owner").order_by("arrival", "pk")[:MOST]:
        arrival = timezone.localtime(row.arrival)
        until = timezone.localdate(row.departure) if row.departure else arrival.date()
        day = max(arrival.date(), first)
        while day <= min(until, last):
            here = day == arrival.date()
            found.append(
                Entry(
                    day=day,
                    title=str(row.customer),
                    what=_("Reception"),
                    person=row.owner,
                    url=row.get_absolute_url(),
                    tone="guest",
                    order=(0, arrival.isoformat(), row.pk),
                    note=row.purpose,
                    time=f"{arrival:%H:%M}" if here else "",
                )
            )
            day += timedelta(days=1)
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
