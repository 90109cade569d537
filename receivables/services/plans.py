"""Instalment plans: agreed, approved by lead and finance, judged by allocated money (REC-04). Due dates stay."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from receivables.choices import PlanState
from receivables.models import CollectionCase, Instalment, InstalmentPlan, PlanItem, SettlementLine
from receivables.selectors.collection import overdue_of
from receivables.services.collection import locked
from salesops.approvals.formats import base_money
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.registry import DocumentType, register
from salesops.approvals.seeds import role, route, step
from salesops.approvals.services import start
from salesops.audit.services import record
from salesops.catalog.models import Currency
from salesops.core.errors import Conflict, InvalidInput
from salesops.core.inputs import exact_amount
from salesops.handbook.selectors import rule
from salesops.notifications.services import notify

KEY = "receivables.instalments"
MOST_ROWS = 36


@dataclass(frozen=True)
class Part:
    """One instalment: until when how much."""

    due_date: date
    amount: Decimal


@transaction.atomic
def propose_plan(
    *,
    actor: Any,
    case: CollectionCase,
    currency: Currency,
    parts: Sequence[Part],
    agreed_with: str,
    note: str = "",
    at: datetime,
) -> InstalmentPlan:
    """Write a plan down over all undisputed overdue items of one currency and ask lead and finance for it.

    Raises ``InvalidInput`` unless the parts rise in time from today and sum up to what is overdue, ``Conflict`` for a second
    plan, ``NotAllowed``.
    """
    row = locked(case, actor)
    today = timezone.localdate(at)
    items = [i for i in overdue_of(row, today) if not i.disputed and i.currency_id == currency.pk]
    total = sum((item.outstanding for item in items), Decimal(0))
    if not items:
        raise InvalidInput(_("Nothing is overdue in this currency."), field="currency")
    if row.plans.filter(currency=currency, state__in=(PlanState.ASKED, PlanState.RUNNING)).exists():
        raise Conflict(_("There is a plan for this customer already."))
    ordered = list(parts)
    if not 0 < len(ordered) <= MOST_ROWS:
        raise InvalidInput(_("A plan has 1 to %(most)s parts.") % {"most": MOST_ROWS}, field="parts")
    days = [part.due_date for part in ordered]
    if days[0] < today or any(b <= a for a, b in itertools.pairwise(days)):
        raise InvalidInput(_("The days of a plan rise, from today on."), field="parts")
    wanted = sum(
        (exact_amount(part.amount, currency=currency, field="parts") for part in ordered), Decimal(0)
    )
    if wanted != total:
        raise InvalidInput(
            _("The parts sum up to %(sum)s; overdue is %(total)s %(currency)s.")
            % {"sum": wanted, "total": total, "currency": currency.pk},
            field="parts",
            way_out=_("Change the last part."),
        )
    plan = InstalmentPlan.objects.create(
        case=row,
        currency=currency,
        total=total,
        base_total=sum((item.outstanding_base for item in items), Decimal(0)),
        agreed_with=agreed_with.strip(),
        note=note.strip(),
        asked_date=today,
        created_by=actor,
    )
    Instalment.objects.bulk_create(
        Instalment(plan=plan, position=n, due_date=part.due_date, amount=part.amount)
        for n, part in enumerate(ordered, 1)
    )
    PlanItem.objects.bulk_create(
        PlanItem(plan=plan, receivable=item, amount=item.outstanding) for item in items
    )
    _write("plan_asked", plan, actor=actor, at=at)
    start(actor=actor, at=at, obj=plan, document_type=KEY, reason=note)
    return plan


def paid_of(plan: InstalmentPlan, *, until: date) -> Decimal:
    """What was paid of the items of a plan from its day to another; credit notes count, too."""
    lines = SettlementLine.objects.filter(
        receivable__in=plan.covers.values("receivable"), date__gte=plan.asked_date, date__lte=until
    )
    return lines.order_by().aggregate(total=Sum("amount"))["total"] or Decimal(0)


def due_of(plan: InstalmentPlan, *, until: date) -> Decimal:
    """What should have been paid until a day, the grace of clause R-80 taken off."""
    rows = plan.rows.filter(due_date__lte=until)
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def judge_plans(*, on: date, at: datetime) -> dict[str, int]:
    """Kept when all is paid; broken when a part is missing after its grace: the items are chased again."""
    grace = timedelta(days=rule("receivables.promise_grace_days", on=on))
    counts: dict[str, int] = {}
    running = InstalmentPlan.objects.filter(state=PlanState.RUNNING).select_related(
        "case__customer", "case__owner__superior"
    )
    for plan in running.select_for_update(of=("self",)).order_by("pk"):
        paid = paid_of(plan, until=on)
        broken = paid < due_of(plan, until=on - grace - timedelta(days=1))
        if paid < plan.total and not broken:
            if paid != plan.paid:
                InstalmentPlan.objects.filter(pk=plan.pk).update(paid=max(paid, Decimal(0)))
            continue
        plan.state = PlanState.BROKEN if broken else PlanState.KEPT
        plan.paid, plan.judged_date = max(paid, Decimal(0)), on
        _save(plan, ["state", "paid", "judged_date"])
        _write(f"plan_{plan.state}", plan, actor=None, at=at, paid=paid)
        counts[plan.state] = counts.get(plan.state, 0) + 1
        if broken:
            _tell(plan, at=at)
    return counts


def _tell(plan: InstalmentPlan, *, at: datetime) -> None:
    owner = plan.case.owner
    for person in (owner, owner.superior if owner else None):
        if person is not None and person.is_active:
            data = {"customer": str(plan.case), "paid": str(plan.paid), "amount": str(plan.total)}
            data["currency"] = plan.currency_id
            notify(
                person,
                "receivables.plan_broken",
                f"plan-broken:{plan.pk}",
                data,
                plan.get_absolute_url(),
                at=at,
            )


def accept(plan: InstalmentPlan, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    """Lead and finance agreed: from now on its items are not chased while it is kept."""
    plan.state = PlanState.RUNNING
    _save(plan, ["state"])
    _write("plan_running", plan, actor=actor, at=at)


def turn_down(plan: InstalmentPlan, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    plan.state = PlanState.REJECTED
    _save(plan, ["state"])
    _write("plan_rejected", plan, actor=actor, at=at)


def _save(plan: InstalmentPlan, fields: list[str]) -> None:
    plan.version += 1
    plan.save(update_fields=[*fields, "version", "updated_at"])


def _write(verb: str, plan: InstalmentPlan, *, actor: Any, at: datetime, **more: Any) -> None:
    data = {"customer": str(plan.case), "amount": plan.total, "currency": plan.currency_id, **more}
    record(f"receivables.{verb}", plan, plan.case, plan.case.customer, actor=actor, at=at, data=data)


def facts(plan: InstalmentPlan, payload: Mapping[str, Any]) -> dict[str, Any]:
    last = plan.rows.order_by("-position").first()
    return {
        "customer": str(plan.case),
        "amount": plan.base_total,
        "total": f"{plan.total} {plan.currency_id}",
        "parts": plan.rows.count(),
        "last_date": last.due_date if last else None,
        "agreed_with": plan.agreed_with,
        "note": plan.note,
    }


LABELS = {
    "customer": gettext_lazy("customer"),
    "amount": gettext_lazy("amount in base currency"),
    "total": gettext_lazy("amount"),
    "parts": gettext_lazy("number of parts"),
    "last_date": gettext_lazy("last part until"),
    "agreed_with": pgettext_lazy("person at the customer", "agreed with"),
    "note": gettext_lazy("what was agreed"),
}


def register_kind() -> None:
    register(
        DocumentType(
            KEY,
            "receivables.InstalmentPlan",
            gettext_lazy("Instalment plan"),
            facts=facts,
            labels=LABELS,
            formats={"amount": base_money},
            brief=("total", "parts", "last_date"),
            may_request="chase",
            amount="amount",
            customer=lambda plan: plan.case.customer_id,
            own_people=lambda plan: (plan.created_by_id,),
            team=lambda plan: plan.case.team,
            not_ready=lambda plan: (
                "" if plan.state == PlanState.ASKED else _("This plan does not wait any more.")
            ),
            on_approved=accept,
            on_rejected=turn_down,
            on_ended=turn_down,
            clause="receivables.promise_grace_days",
            flow=(
                route(
                    "Instalment plan",
                    [],
                    [
                        step("Team lead", role("lead")),
                        step("Finance", role("finance", scope="company")),
                    ],
                ),
            ),
        )
    )
