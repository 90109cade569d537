"""Keep the contract register (CTR-09): draft, put in force, end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.choices import CONTRACT_MOVES, ContractKind, ContractState
from contracts.events import ContractEffective
from contracts.models import Contract
from contracts.services.plans import require_plan_fits
from customers.models import Customer
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.catalog.models import Currency, PaymentTerm
from salesops.catalog.selectors import rate_to_base
from salesops.core.errors import Conflict, Duplicate, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.inputs import exact_amount, fitting, said
from salesops.core.locking import lock_row
from salesops.core.money import ZERO, convert
from salesops.core.policies import can
from salesops.numbering.services import next_free_number, unless_taken

LABELS = dict(ContractState.choices)


@dataclass(frozen=True)
class ContractInput:
    """A contract as a person enters it; ``None`` for currency and terms means the customer's."""

    customer: Customer
    number: str | None = None
    kind: str = ContractKind.SALE
    subject: str = ""
    our_party: str = ""
    their_signatory: str = ""
    signed_date: date | None = None
    start_date: date | None = None
    end_date: date | None = None
    amount: Decimal = ZERO
    currency: Currency | None = None
    payment_term: PaymentTerm | None = None
    original_place: str = ""
    remarks: str = ""
    owner: User | None = None
    renews: Contract | None = None


@transaction.atomic
def create_contract(*, actor: Any, data: ContractInput, at: datetime) -> Contract:
    """Enter a contract as a draft. Its owner is the customer's unless given.

    Raises ``NotAllowed``, ``InvalidInput``, ``Duplicate`` (number taken).
    """
    if actor is not None and not can(actor, "add", Contract):
        raise NotAllowed(_("You may not enter contracts."))
    contract = Contract(created_by=actor)
    _fill(contract, actor=actor, data=data, at=at)
    _save(contract)
    _write("contract_created", contract, actor=actor, at=at, amount=contract.amount)
    return contract


@transaction.atomic
def update_contract(
    *, actor: Any, contract: Contract, version: int, data: ContractInput, at: datetime
) -> Contract:
    """Change a draft. ``version`` is the one that the person saw; ``Conflict`` when it is not the newest."""
    locked = _locked(contract, actor=actor, verb="edit")
    if locked.state != ContractState.DRAFT:
        raise Conflict(
            _("Contract %(contract)s is “%(state)s”; only a draft can be changed.")
            % {"contract": locked, "state": locked.get_state_display()},
            way_out=_("Enter an amendment as a contract of its own."),
        )
    if locked.version != version:
        raise Conflict(
            _("Somebody else changed contract %(contract)s while you were writing.") % {"contract": locked},
            way_out=_("Open it again in another tab, compare, and repeat your change."),
        )
    before = locked.amount
    _fill(locked, actor=actor, data=data, at=at)
    locked.version += 1
    _save(locked)
    _write("contract_changed", locked, actor=actor, at=at, amount_before=before, amount=locked.amount)
    return locked


@transaction.atomic
def activate_contract(*, actor: Any, contract: Contract, at: datetime) -> Contract:
    """Put a draft in force: signed, with an amount unless it is a framework; numbered; rate fixed.

    The rate is that of the signing date. Publishes ``ContractEffective``.
    """
    locked = _locked(contract, actor=actor, verb="activate")
    CONTRACT_MOVES.require(locked.state, ContractState.EFFECTIVE, labels=LABELS)
    today = timezone.localdate(at)
    if locked.signed_date is None:
        raise InvalidInput(_("Enter the day of signing first."), field="signed_date")
    if locked.signed_date > today:
        raise InvalidInput(_("A contract cannot be signed in the future."), field="signed_date")
    if locked.kind != ContractKind.FRAMEWORK and locked.amount <= 0:
        raise InvalidInput(
            _("Enter the amount first."),
            field="amount",
            way_out=_("A contract without an amount is a framework contract."),
        )
    require_plan_fits(locked)
    if not locked.number:
        locked.number = next_free_number("HT", Contract, on=today)
    locked.start_date = locked.start_date or locked.signed_date
    locked.base_rate = rate_to_base(locked.currency_id, on=locked.signed_date)
    locked.base_amount = fitting(convert(locked.amount, locked.base_rate))
    _move(locked, ContractState.EFFECTIVE)
    _write("contract_effective", locked, actor=actor, at=at, amount=locked.amount)
    publish(ContractEffective(contract_id=locked.pk, at=at))
    return locked


@transaction.atomic
def complete_contract(*, actor: Any, contract: Contract, at: datetime) -> Contract:
    """Close a contract whose obligations are met."""
    locked = _locked(contract, actor=actor, verb="complete")
    CONTRACT_MOVES.require(locked.state, ContractState.COMPLETED, labels=LABELS)
    _move(locked, ContractState.COMPLETED)
    _write("contract_completed", locked, actor=actor, at=at)
    return locked


@transaction.atomic
def terminate_contract(
    *, actor: Any, contract: Contract, end_date: date, reason: str, at: datetime
) -> Contract:
    """End a contract before its time, from a day on, with a reason."""
    locked = _locked(contract, actor=actor, verb="terminate")
    CONTRACT_MOVES.require(locked.state, ContractState.TERMINATED, labels=LABELS)
    _check_year(end_date, "end_date", today=timezone.localdate(at))
    if locked.start_date and end_date < locked.start_date:
        raise InvalidInput(_("It cannot end before it began."), field="end_date")
    locked.end_date, locked.end_reason = end_date, said(reason, _("Say why."))
    _move(locked, ContractState.TERMINATED)
    _write("contract_terminated", locked, actor=actor, at=at, comment=locked.end_reason, end_date=end_date)
    return locked


@transaction.atomic
def void_contract(*, actor: Any, contract: Contract, reason: str, at: datetime) -> Contract:
    """Drop a draft that never took effect; a number it had stays taken."""
    locked = _locked(contract, actor=actor, verb="void")
    CONTRACT_MOVES.require(locked.state, ContractState.VOID, labels=LABELS)
    locked.end_reason = said(reason, _("Say why."))
    _move(locked, ContractState.VOID)
    _write("contract_voided", locked, actor=actor, at=at, comment=locked.end_reason)
    return locked


@transaction.atomic
def annotate_contract(
    *, actor: Any, contract: Contract, remarks: str, original_place: str, at: datetime
) -> Contract:
    """Change what may change in any state: remarks and the place of the original."""
    locked = _locked(contract, actor=actor, verb="annotate")
    locked.remarks, locked.original_place = remarks, original_place
    locked.version += 1
    locked.save(update_fields=["remarks", "original_place", "version", "updated_at"])
    _write("contract_annotated", locked, actor=actor, at=at, original_place=original_place)
    return locked


def _fill(contract: Contract, *, actor: Any, data: ContractInput, at: datetime) -> None:
    """Check the input and put it on ``contract`` (unsaved)."""
    today = timezone.localdate(at)
    changed = contract.customer_id != data.customer.pk
    if actor is not None and changed and not can(actor, "view", data.customer):
        raise InvalidInput(_("Choose one of your customers."), field="customer")
    _check_dates(data, today=today)
    number = (data.number or "").strip() or None
    if number and Contract.objects.exclude(pk=contract.pk).filter(number=number).exists():
        raise _taken(number)
    owner = data.owner or (data.customer.owner if changed else contract.owner) or actor
    if owner is None:
        raise InvalidInput(_("This customer has no owner."), field="customer")
    day = data.signed_date or today
    currency = data.currency or data.customer.currency
    amount = exact_amount(data.amount, currency=currency, zero=True)
    rate = rate_to_base(currency.code, on=day)
    contract.owner, contract.team = owner, team_on(owner, day)
    contract.currency, contract.base_rate = currency, rate
    contract.base_amount = fitting(convert(amount, rate))
    contract.payment_term = data.payment_term or data.customer.payment_term
    contract.number = number
    if data.renews is not None:
        contract.renews = _renewable(data.renews, data.customer, actor=actor)
    for name in (
        "customer",
        "kind",
        "subject",
        "our_party",
        "their_signatory",
        "signed_date",
        "start_date",
        "end_date",
        "amount",
        "original_place",
        "remarks",
    ):
        setattr(contract, name, getattr(data, name))


def _renewable(old: Contract, customer: Customer, *, actor: Any) -> Contract:
    """The contract that is renewed: one that was in force, of the same customer, and that the person sees."""
    if actor is not None and not can(actor, "view", old):
        raise InvalidInput(_("Choose one of the customer's contracts."), field="customer")
    if old.customer_id != customer.pk:
        raise InvalidInput(
            _("Contract %(contract)s was made with another customer.") % {"contract": old}, field="customer"
        )
    if old.state in (ContractState.DRAFT, ContractState.VOID):
        raise Conflict(_("Contract %(contract)s was never in force.") % {"contract": old})
    return old


def _check_dates(data: ContractInput, *, today: date) -> None:
    if data.signed_date and data.signed_date > today:
        raise InvalidInput(_("A contract cannot be signed in the future."), field="signed_date")
    if data.start_date and data.end_date and data.end_date < data.start_date:
        raise InvalidInput(_("It cannot end before it begins."), field="end_date")
    for name in ("signed_date", "start_date", "end_date"):
        value = getattr(data, name)
        if value:
            _check_year(value, name, today=today)


def _check_year(day: date, name: str, *, today: date) -> None:
    if not 1990 <= day.year <= today.year + 100:
        raise InvalidInput(_("This day is too far away to be true."), field=name)


def _locked(contract: Contract, *, actor: Any, verb: str) -> Contract:
    locked = lock_row(Contract.objects.all(), contract.pk)
    if actor is not None and not can(actor, verb, locked):
        raise NotAllowed(_("You may not do this to contract %(contract)s.") % {"contract": locked})
    return locked


def _move(contract: Contract, state: ContractState) -> None:
    contract.state = state
    contract.version += 1
    _save(contract)


def _save(contract: Contract) -> None:
    with unless_taken(Contract, lambda: _taken(contract.number)):
        contract.save()


def _taken(number: str | None) -> Duplicate:
    return Duplicate(
        _("There is a contract %(number)s already.") % {"number": number}, field="number", existing=number
    )


def _write(
    verb: str, contract: Contract, *, actor: Any, at: datetime, comment: str = "", **data: Any
) -> None:
    record(
        f"contracts.{verb}",
        contract,
        contract.customer,
        actor=actor,
        at=at,
        comment=comment,
        data={"number": str(contract), **data},
    )
