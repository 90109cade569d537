"""Holds stop orders, and are lifted by finance and the manager (REC-12, domain §7 and §10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import Order
from orders.services.checks import BLOCK, WARN, CheckAnswer, order_checks
from receivables.choices import HoldScope, HoldState
from receivables.models import CreditHold
from receivables.models.credit import read_reasons
from receivables.selectors.exposure import exposure_of
from receivables.selectors.holds import holds_against
from receivables.services.holds import KEY, kept, lift_hold, lock_credit
from salesops.approvals.formats import base_money, choice
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.registry import DocumentType, register
from salesops.approvals.seeds import role, route, step, when
from salesops.approvals.selectors import approved_request, open_request
from salesops.core.errors import ReleaseOffer
from salesops.core.registry import Registry
from salesops.handbook.selectors import rule

RELEASE = "receivables.credit"
CLAUSE = "receivables.hold_check"

# Which part of the program placed a hold, by the first part of its source; apps and modules add theirs at start.
hold_sources: Registry[Any] = Registry("receivables.hold_sources")


def source_label(hold: CreditHold) -> Any:
    """The words for where a hold came from."""
    if not hold.source:
        return _("Placed by hand")
    return hold_sources.get(hold.source.partition(":")[0]) or hold.source


def check_hold(order: Order, stage: str, *, at: datetime, act: bool) -> CheckAnswer | None:
    """A block while a hold stands, unless finance and manager released this very order after it was placed."""
    customer = kept(order.customer)
    if act:
        lock_credit(customer)
    on = timezone.localdate(at)
    holds = holds_against(customer, stage, on=on)
    if not holds:
        return None
    hold = holds[0]
    words = {"customer": customer, "date": hold.from_date, "reason": hold.words}
    text = _("%(customer)s is on hold since %(date)s: %(reason)s") % words
    figures = {"holds": len(holds)}
    days = rule("receivables.credit_release_days", on=on)
    given = approved_request(order, RELEASE, on=on, valid_days=days)
    if rule(CLAUSE, on=on) == "warn" or (
        given is not None and all(h.placed_at <= given.requested_at for h in holds)
    ):
        return CheckAnswer(WARN, text, "", CLAUSE, figures)
    waits = open_request(order, RELEASE) is not None
    way_out = (
        _("A release was asked for and waits for its signatures.")
        if waits
        else _("Have the hold lifted on its page, or ask for a release of this order; finance and the manager sign it.")
    )  # fmt: skip
    offer = None if waits else ReleaseOffer(RELEASE, order)
    return CheckAnswer(BLOCK, text, way_out, CLAUSE, figures, offer, passes=True)


def facts(hold: CreditHold, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What those who lift it see, and what the conditions of the flow test."""
    exposure = exposure_of(kept(hold.customer), on=timezone.localdate())
    return {
        "customer": str(hold.customer),
        "scope": hold.scope,
        "hold_reason": hold.kept_reason,
        "from_date": hold.from_date,
        "until": hold.until,
        "exposure": exposure.total,
        "limit": exposure.limit,
        "overdue_days": exposure.overdue_days,
    }


LABELS = {
    "customer": gettext_lazy("customer"),
    "scope": gettext_lazy("stops"),
    "hold_reason": gettext_lazy("reason of the hold"),
    "from_date": gettext_lazy("from"),
    "until": gettext_lazy("until"),
    "exposure": gettext_lazy("exposure"),
    "limit": gettext_lazy("credit limit"),
    "overdue_days": gettext_lazy("longest overdue, days"),
}


def not_ready(hold: CreditHold) -> str:
    stands = hold.state_on(timezone.localdate()) == HoldState.STANDS
    return "" if stands else _("This hold does not stand any more.")


def lift_approved(hold: CreditHold, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    """The last signature lifts it, with the reason of the request."""
    reason = request.reason or _("Approved")
    lift_hold(actor=actor, hold=hold, reason=reason, at=at, request=request)


def register_holds() -> None:
    """Called when the app is ready, before the credit check: a hold is the plainer answer."""
    order_checks.register("receivables.hold", check_hold)
    both = step("Finance and manager", role("finance"), role("manager"), mode="countersign")
    register(
        DocumentType(
            KEY,
            "receivables.CreditHold",
            gettext_lazy("Lifting of a credit hold"),
            facts=facts,
            labels=LABELS,
            formats={
                "exposure": base_money,
                "limit": base_money,
                "scope": choice(HoldScope.choices),
                "hold_reason": read_reasons,
            },
            brief=("customer", "hold_reason", "overdue_days"),
            may_request="ask_lift",
            customer=lambda hold: hold.customer_id,
            others=lambda hold, first, last: (),
            own_people=lambda hold: (hold.customer.owner_id,),
            team=lambda hold: hold.customer.team,
            not_ready=not_ready,
            stale=lambda hold, request: not_ready(hold),
            on_approved=lift_approved,
            clause=CLAUSE,
            flow=(
                route(
                    "Long overdue",
                    [when("overdue_days", "gt", rule="receivables.credit_release_top_days")],
                    [both, step("General manager", role("gm"))],
                ),
                route("Lift a hold", [], [both]),
            ),
            mend_url=lambda hold: reverse("receivables:credithold_detail", args=[hold.pk]),
        )
    )
