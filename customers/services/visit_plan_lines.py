"""Move a visit of a plan that is still written to another day (VIS-01)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import VisitPlan, VisitPlanLine
from customers.services.visit_plans import (
    MOST_LINES,
    PlanLine,
    check_lines,
    locked_plan,
    plan_facts,
    save_plan,
    still_written,
)
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput


@transaction.atomic
def move_line(
    *, actor: User, at: datetime, plan: VisitPlan, line: int, day: date, seen: date | None = None
) -> VisitPlanLine:
    """Put one visit of a plan that is still written on another day of its span; the lines stay in order of days.

    ``seen`` is the day on which the reader saw it. Raises ``Conflict`` when the plan or the line has changed
    meanwhile, ``InvalidInput`` for a day outside of the plan, before today, or with the same customer.
    """
    row = locked_plan(plan, actor, "edit", None)
    still_written(row)
    found = row.lines.select_for_update(of=("self",)).select_related("customer").filter(pk=line).first()
    if found is None or (seen is not None and found.date != seen):
        raise Conflict(
            _("Somebody else has changed this plan meanwhile."),
            way_out=_("Reload the page, look at the change and enter yours again."),
        )
    if day == found.date:
        return found
    others = [
        PlanLine(r.customer, r.date, r.purpose) for r in row.lines.select_related("customer").exclude(pk=line)
    ]
    moved = PlanLine(found.customer, day, found.purpose)
    if day < timezone.localdate(at):
        raise InvalidInput(_("A plan is written for days to come."), field="day")
    check_lines(actor, [*others, moved], row.from_date, row.to_date)
    old, found.date = found.date, day
    found.save(update_fields=["date"])
    _renumber(row)
    save_plan(row)
    data = plan_facts(row, customer=str(found.customer), old=old.isoformat(), new=day.isoformat())
    record("customers.visit_plan_line_moved", row, actor=actor, at=at, data=data)
    return found


def _renumber(plan: VisitPlan) -> None:
    """Lines in order of their days; those of one day keep their order."""
    plan.lines.update(position=F("position") + MOST_LINES)  # out of the way: a place is taken once
    rows = list(plan.lines.order_by("date", "position", "pk"))
    for number, row in enumerate(rows, 1):
        row.position = number
    VisitPlanLine.objects.bulk_update(rows, ["position"])
