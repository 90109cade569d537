"""An order that differs from its contract is stopped until each difference is answered in writing (ORD-01)."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from orders.differences import SETTLED, Difference, answers_to
from orders.models import ContractDifference, Order
from orders.services.checks import BLOCK, CONFIRM, WARN, CheckAnswer, order_checks
from salesops.handbook.selectors import rule
from salesops.ui.marks import exact_date
from salesops.work.choices import RequestState

RULE = "orders.contract_differences"


def check_contract(order: Order, stage: str, *, at: datetime, act: bool) -> CheckAnswer | None:
    """Before an order binds us, what differs from its contract is said and answered; the handbook says what stops it."""
    if stage != CONFIRM or order.contract_id is None:
        return None
    on = timezone.localdate(at)
    found = answers_to(order, on=on)
    if not found:
        return None
    mode = rule(RULE, on=on)
    settled = all(row is not None and row.request.state in SETTLED for _one, row in found)
    stops = mode == "block" or (mode == "answer" and not settled)
    words = {"contract": order.contract, "list": "; ".join(_told(one, row) for one, row in found)}
    return CheckAnswer(
        BLOCK if stops else WARN,
        _("The order differs from contract %(contract)s: %(list)s.") % words,
        _way_out(found, mode) if stops else "",
        RULE,
    )


def _told(one: Difference, row: ContractDifference | None) -> str:
    """The difference and how far its answer is."""
    if row is None:
        return one.sentence
    words = {
        "what": one.sentence,
        "unit": row.request.to_team,
        "who": row.request.owner or row.request.to_team,
        "day": exact_date(timezone.localdate(row.request.due_at)),
        "answer": row.request.answer,
    }
    if row.request.state in SETTLED:
        return _("%(what)s (%(who)s: “%(answer)s”)") % words
    if row.request.state == RequestState.DECLINED:
        return _("%(what)s (%(who)s says no: “%(answer)s”)") % words
    return _("%(what)s (%(unit)s answers by %(day)s)") % words


def _way_out(found: list[tuple[Difference, ContractDifference | None]], mode: str) -> str:
    if mode == "answer" and any(row is None for _one, row in found):
        return _("Ask those whom the differences concern for a written answer, or correct the order.")
    if mode == "answer" and all(row and row.request.state != RequestState.DECLINED for _one, row in found):
        return _("Wait for the written answers, or correct the order.")
    return _("Correct the order, or agree on an amendment of the contract first.")


def register() -> None:
    """Called when the app is ready."""
    order_checks.register("orders.contract", check_contract)
