"""Ask those whom it concerns about each difference between an order and its contract (ORD-01).

Legal answers for validity, finance for money; where nobody holds that role (or the asker belongs to the unit), those
who stand above. The answers stay with the order.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.choices import DifferencePoint, OrderState
from orders.differences import Difference, unasked
from orders.models import ContractDifference, Order
from orders.selectors import unit_of
from salesops.accounts.models import Team
from salesops.accounts.selectors import team_on
from salesops.calendar.selectors import add_workdays, default_region
from salesops.core.choices import Role
from salesops.core.errors import Conflict, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.work.services import ask_department, end_request_along

ANSWER_BY = time(18, 0)  # of the day on which the answer is due
LEGAL = (Role.LEGAL, Role.MANAGER, Role.GM)
FINANCE = (Role.FINANCE, Role.MANAGER, Role.GM)
CONCERNS = {
    DifferencePoint.STATE: LEGAL,
    DifferencePoint.START: LEGAL,
    DifferencePoint.END: LEGAL,
    DifferencePoint.CURRENCY: FINANCE,
    DifferencePoint.TERMS: FINANCE,
    DifferencePoint.AMOUNT: FINANCE,
}


@transaction.atomic
def ask_about_differences(*, actor: Any, order: Order, at: datetime) -> list[ContractDifference]:
    """Send each difference that nobody was asked about to the unit that it concerns.

    Raises ``Conflict`` when the order is not submitted, nothing is left to ask, or no unit can answer.
    """
    locked = lock_row(Order.objects.select_related("customer", "contract"), order.pk)
    if not can(actor, "ask_differences", locked):
        raise NotAllowed(_("You may not do this to order %(order)s.") % {"order": locked})
    if locked.state != OrderState.SUBMITTED:
        raise Conflict(_("Only of a submitted order that is not confirmed yet are differences answered."))
    rows = ask_each(actor=actor, order=locked, at=at)
    if not rows:
        raise Conflict(_("Everybody whom the differences concern was asked already."))
    return rows


def ask_each(*, actor: Any, order: Order, at: datetime) -> list[ContractDifference]:
    """The same for a locked order, without asking for rights again; answers what was asked."""
    today = timezone.localdate(at)
    own = team_on(actor, today)
    days = rule("orders.difference_days", on=today)
    due = timezone.make_aware(datetime.combine(add_workdays(today, days, default_region(today)), ANSWER_BY))
    made = []
    for one in unasked(order, on=today):
        unit = _concerned(one, own, at=at)
        if unit is None:
            continue
        title = _("Order %(order)s differs from contract %(contract)s") % {
            "order": order, "contract": order.contract,
        }  # fmt: skip
        request = ask_department(
            actor=actor, at=at, to_team=unit, title=title, due_at=due, ask=_asked(one, order), subject=order
        )
        made.append(
            ContractDifference.objects.create(
                order=order,
                point=one.point,
                mark=one.mark,
                excess=one.excess,
                words=one.words,
                request=request,
            )
        )
    return made


def _concerned(one: Difference, own: Team | None, *, at: datetime) -> Team | None:
    today = timezone.localdate(at)
    units = (unit_of(role, on=today) for role in CONCERNS[DifferencePoint(one.point)])
    return next((unit for unit in units if unit is not None and unit != own), None)


def _asked(one: Difference, order: Order) -> str:
    """What the unit reads: it sees these words, not the order."""
    facts = [
        (_("Contract"), f"{order.contract}: {one.sentence}"),
        (_("Customer"), order.customer.name),
        (_("Ordered on"), order.order_date),
        (_("Payment terms"), order.payment_term),
        (_("Total"), f"{order.total} {order.currency_id}"),
    ]
    lines = [f"{name}: {value}" for name, value in facts if value]
    return "\n".join(
        [*lines, _("May we confirm the order as it is, and why? Your answer stays with the order.")]
    )


def end_questions(order: Order, why: str, *, actor: Any, at: datetime) -> None:
    """The order went back or was called off: nobody needs the answers that are still open."""
    if actor is None or order.contract_id is None:
        return
    for row in order.contract_differences.select_related("request"):
        end_request_along(actor=actor, at=at, request=row.request, reason=why)
