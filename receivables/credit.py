"""May this customer be supplied on credit? Asked before an order is confirmed and again before it is shipped (ORD-14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from customers.models import Customer
from orders.choices import OrderState
from orders.models import Order
from orders.services.checks import BLOCK, CONFIRM, SHIP, WARN, CheckAnswer, order_checks
from receivables.models import CreditAssessment, CreditHold
from receivables.models.credit import read_reasons
from receivables.prepaid import is_paid
from receivables.selectors.assessments import assessment_of
from receivables.selectors.collection import warned_case, warning_of
from receivables.selectors.exposure import (
    CHECK,
    OVERDUE_DAYS,
    RULES,
    WARN_SHARE,
    Exposure,
    exposure_of,
    mode_for,
)
from receivables.selectors.groups import group_of
from receivables.selectors.holds import holds_against, standing_holds
from receivables.services.going_on import look_again
from receivables.services.holds import kept, lock_credit
from salesops.approvals.formats import base_money
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.registry import DocumentType, register
from salesops.approvals.seeds import role, route, step, when
from salesops.approvals.selectors import approved_request, open_request
from salesops.core.errors import ReleaseOffer
from salesops.core.policies import can
from salesops.handbook.selectors import rule, rules_on

KEY = "receivables.credit"
PREPAID = "receivables.credit_prepaid"
GROUP = "receivables.credit_group"
WAITING = (OrderState.SUBMITTED, OrderState.CONFIRMED)


def check_credit(order: Order, stage: str, *, at: datetime, act: bool) -> CheckAnswer | None:
    """Nothing where the limit holds; a warning near it; a block beyond it or when something is long overdue.

    Where the order is about to move, the credit of the customer is locked first: two orders at once are added up.
    """
    customer = kept(order.customer)
    if act:
        lock_credit(customer)
    on = timezone.localdate(at)
    rules = rules_on(on, RULES)
    mode = mode_for(customer, rules)
    if mode == "off":
        return None
    if is_paid(order):
        return None  # goods paid before they leave take no credit
    exposure = exposure_of(customer, on=on, order=order.pk, rules=rules)
    if not (exposure.over or exposure.late):
        return _near(exposure) if exposure.near else None
    if exposure.prepaid and rule(PREPAID, on=on):
        text = _("Paid in advance: %(money)s not yet allocated cover this order.")
        words = {"money": base_money(exposure.unallocated)}
        return CheckAnswer(WARN, text % words, clause=PREPAID, figures=_figures(exposure))
    answer = _beyond(order, customer, exposure)
    released = release_of(order, exposure, at=at)
    if released is not None:
        text = _("Beyond the credit, released until %(date)s: %(reason)s")
        until = {"date": _until(released, at=at), "reason": released.reason}
        return CheckAnswer(WARN, text % until, clause=answer.clause, figures=answer.figures)
    return answer if mode == "block" else CheckAnswer(WARN, answer.message, "", answer.clause, answer.figures)


def check_group(order: Order, stage: str, *, at: datetime, act: bool) -> CheckAnswer | None:
    """Where the handbook says so, parent and subsidiaries together stay within the limit of the parent."""
    on = timezone.localdate(at)
    if not rule(GROUP, on=on):
        return None
    customer = kept(order.customer)
    top, family = group_of(customer)
    if len(family) < 2:
        return None
    if act:
        lock_credit(top)
    exposure = exposure_of(top, on=on, order=order.pk, family=family)
    mode = mode_for(top, exposure.rules)
    if mode == "off" or not exposure.over:
        return None
    text = _(
        "With this order the group of %(customer)s would owe %(exposure)s, which is %(over)s beyond its limit of %(limit)s."
    )
    words = {
        "customer": top,
        "over": base_money(exposure.over),
        "limit": base_money(exposure.limit),
        "exposure": base_money(exposure.total),
    }
    days = rule("receivables.credit_release_days", on=on)
    given = approved_request(order, KEY, on=on, valid_days=days)
    if mode == "warn" or (given is not None and exposure.total <= _number(given.facts.get("group_exposure"))):
        return CheckAnswer(WARN, text % words, "", GROUP, _figures(exposure))
    waits = open_request(order, KEY) is not None
    return CheckAnswer(
        BLOCK,
        text % words,
        _way_out(waits),
        GROUP,
        _figures(exposure),
        None if waits else ReleaseOffer(KEY, order),
        passes=True,
    )


def check_collection(order: Order, stage: str, *, at: datetime, act: bool) -> CheckAnswer | None:
    """The ladder's effect "warning": said while what was chased is not paid, unless a hold says more."""
    customer = kept(order.customer)
    on = timezone.localdate(at)
    case = warned_case(customer)
    if case is None or holds_against(customer, stage, on=on):
        return None
    figures = {"overdue": case.overdue_base, "overdue_days": (on - case.oldest_due).days}
    return CheckAnswer(
        WARN, warning_of(case), _("See the collection case before more is supplied."), "", figures
    )


def _way_out(waits: bool) -> str:
    if waits:
        return _("A release was asked for and waits for its signatures.")
    return _("Record what the customer paid, or ask for a release; finance and the manager sign it.")


def _figures(exposure: Exposure) -> dict[str, Any]:
    figures: dict[str, Any] = {"exposure": exposure.total, "order_total": exposure.this_order}
    if exposure.limit is not None:
        figures["limit"] = exposure.limit
    if exposure.overdue_days:
        figures["overdue_days"] = exposure.overdue_days
    return figures


def _near(exposure: Exposure) -> CheckAnswer:
    text = _("With this order %(share)s %% of the credit limit is used.")
    share = {"share": int((exposure.share or 0) * 100)}
    return CheckAnswer(WARN, text % share, clause=WARN_SHARE, figures=_figures(exposure))


def _beyond(order: Order, customer: Customer, exposure: Exposure) -> CheckAnswer:
    if exposure.over:
        words = {
            "customer": customer,
            "over": base_money(exposure.over),
            "limit": base_money(exposure.limit),
            "exposure": base_money(exposure.total),
        }
        text = _(
            "With this order %(customer)s would owe %(exposure)s, which is %(over)s beyond the credit limit of %(limit)s."
        )
        clause = CHECK
    else:
        words = {"customer": customer, "days": exposure.overdue_days}
        text = ngettext(
            "%(customer)s has owed something for %(days)s day past its due date.",
            "%(customer)s has owed something for %(days)s days past its due date.",
            exposure.overdue_days,
        )
        clause = OVERDUE_DAYS
    waits = open_request(order, KEY) is not None
    offer = None if waits else ReleaseOffer(KEY, order)
    return CheckAnswer(BLOCK, text % words, _way_out(waits), clause, _figures(exposure), offer, passes=True)


def release_of(order: Order, exposure: Exposure, *, at: datetime) -> ApprovalRequest | None:
    """The approved release that still holds for this order and covers what is asked now."""
    on = timezone.localdate(at)
    given = approved_request(order, KEY, on=on, valid_days=rule("receivables.credit_release_days", on=on))
    if given is None or exposure.total > _number(given.facts.get("exposure")):
        return None
    return given


def _until(released: ApprovalRequest, *, at: datetime) -> date:
    on = timezone.localdate(at)
    days = rule("receivables.credit_release_days", on=on) - 1
    return timezone.localdate(released.decided_at or at) + timedelta(days=days)


def _number(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def facts(order: Order, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What those who release see and what the conditions of the flow test."""
    customer, today = kept(order.customer), timezone.localdate()
    exposure = exposure_of(customer, on=today, order=order.pk)
    return {
        "customer": str(order.customer),
        "order": str(order),
        "order_total": exposure.this_order,
        "open_items": exposure.items,
        "unbilled": exposure.unbilled,
        "confirmed": exposure.confirmed,
        "unallocated": exposure.unallocated,
        "exposure": exposure.total,
        "limit": exposure.limit,
        "over": exposure.over,
        "overdue_days": exposure.overdue_days,
        "group_exposure": _group_exposure(customer, order, today),
        "holds": "; ".join(hold.kept_reason for hold in standing_holds(customer, on=today)),
    }


def _group_exposure(customer: Customer, order: Order, on: date) -> Decimal | None:
    """What parent and subsidiaries owe together, where the handbook counts them so."""
    if not rule(GROUP, on=on):
        return None
    top, family = group_of(customer)
    return exposure_of(top, on=on, order=order.pk, family=family).total if len(family) > 1 else None


LABELS = {
    "customer": gettext_lazy("customer"),
    "order": gettext_lazy("order"),
    "order_total": gettext_lazy("this order"),
    "open_items": gettext_lazy("open items"),
    "unbilled": gettext_lazy("shipped, not billed"),
    "confirmed": gettext_lazy("other orders confirmed, not shipped"),
    "unallocated": gettext_lazy("money not yet allocated"),
    "exposure": gettext_lazy("exposure"),
    "limit": gettext_lazy("credit limit"),
    "over": gettext_lazy("beyond the limit"),
    "overdue_days": gettext_lazy("longest overdue, days"),
    "group_exposure": gettext_lazy("exposure of the group"),
    "holds": gettext_lazy("holds that stand"),
}
AMOUNTS = (
    "group_exposure",
    "order_total",
    "open_items",
    "unbilled",
    "confirmed",
    "unallocated",
    "exposure",
    "limit",
    "over",
)


def not_ready(order: Order) -> str:
    return (
        "" if order.state in WAITING else _("Only an order that is to be confirmed or shipped is released.")
    )


def stale(order: Order, request: ApprovalRequest) -> str:
    """Exposure moves every day; a release covers up to what was signed, so only the order itself must stand, and
    something must still be in its way."""
    return not_ready(order) or (
        _("Nothing blocks this order any more.") if not blocked(order, at=timezone.now()) else ""
    )


def blocked(order: Order, *, at: datetime) -> bool:
    """Would a hold or the credit stop the next step of an order? Nothing is locked; releases count."""
    stage = SHIP if order.state == OrderState.CONFIRMED else CONFIRM
    checks = (order_checks[key] for key in ("receivables.hold", "receivables.credit", "receivables.group"))
    answers = (check(order, stage, at=at, act=False) for check in checks)
    return any(answer is not None and answer.result == BLOCK for answer in answers)


def register_check() -> None:
    """Called when the app is ready."""
    order_checks.register("receivables.credit", check_credit)
    order_checks.register("receivables.group", check_group)
    order_checks.register("receivables.collection", check_collection)
    register(
        DocumentType(
            KEY,
            "orders.Order",
            gettext_lazy("Release of an order beyond the credit"),
            facts=facts,
            labels=LABELS,
            formats={**dict.fromkeys(AMOUNTS, base_money), "holds": read_reasons},
            brief=("customer", "exposure", "limit", "overdue_days"),
            may_request="submit",
            own_people=lambda order: (order.owner_id, order.submitted_by_id),
            team=lambda order: order.team,
            not_ready=not_ready,
            stale=stale,
            on_approved=lambda order, *, request, actor, at: look_again(kept(order.customer), at=at),
            clause=CHECK,
            flow=(
                route(
                    "Long overdue",
                    [when("overdue_days", "gt", rule="receivables.credit_release_top_days")],
                    [
                        step("Finance and manager", role("finance"), role("manager"), mode="countersign"),
                        step("General manager", role("gm")),
                    ],
                ),
                route(
                    "Beyond the limit",
                    [],
                    [step("Finance and manager", role("finance"), role("manager"), mode="countersign")],
                ),
            ),
            mend_url=lambda order: reverse("orders:order_detail", args=[order.pk]),
        )
    )


def of_customer(request: Any, customer: Customer) -> dict[str, Any] | None:
    """The credit of a customer: limit, exposure and its parts, each with its rows."""
    if not (can(request.user, "view_credit", customer) and can(request.user, "view", Order)):
        return None
    today = timezone.localdate()
    exposure = exposure_of(customer, on=today)
    holds = list(standing_holds(kept(customer), on=today)) if can(request.user, "view", CreditHold) else []
    share = min(100, max(0, int((exposure.share or 0) * 100)))
    may_assess = can(request.user, "add", CreditAssessment) and can(request.user, "view", CreditAssessment)
    assessed = assessment_of(customer) if can(request.user, "view", CreditAssessment) else None
    return {
        "exposure": exposure,
        "customer": customer,
        "base": settings.BASE_CURRENCY,
        "share": share,
        "holds": holds,
        "may_assess": may_assess,
        "assessed": assessed,
        "expired": assessed is not None and assessed.expired_on(today),
    }
