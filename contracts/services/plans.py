"""Payment plans: written with the draft, changed afterwards by a new edition with its reason; and acceptance (CTR-07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.choices import ContractKind, ContractState, PlanTrigger
from contracts.events import ContractAccepted, PlanChanged
from contracts.models import Acceptance, Contract, PaymentPlan, PlanRow
from salesops.audit.services import record
from salesops.catalog.models import PaymentTerm
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.inputs import exact_amount, said
from salesops.core.locking import lock_row
from salesops.core.money import ZERO, places_of, round_money
from salesops.core.policies import can
from salesops.core.registry import Registry

HUNDRED = Decimal(100)
# What of each line of a contract is billed already, ``{line: amount}``; answered by the ledger, which lies above.
billed_lines: Registry[Any] = Registry("contracts.billed_lines")


@dataclass(frozen=True)
class PlanLine:
    """A row as typed: percent (0–100) or amount; ``line`` of the row it replaces."""

    trigger: str
    percent: Decimal | None = None
    amount: Decimal | None = None
    date: date | None = None
    months: int | None = None
    payment_term: PaymentTerm | None = None
    note: str = ""
    line: int | None = None


@transaction.atomic
def write_plan(
    *, actor: Any, contract: Contract, lines: Sequence[PlanLine], reason: str = "", at: datetime
) -> PaymentPlan:
    """Write the plan of a draft, or a new edition of one in force, with its reason.

    The rows come to the contract's amount to the cent. What is billed of a row stays: no row becomes less than that, and
    none that is billed goes or waits for another fact. Raises ``InvalidInput``, ``Conflict``, ``NotAllowed``.
    """
    locked = _locked(contract, actor=actor, verb="plan")
    drafted = locked.state == ContractState.DRAFT
    if not drafted and locked.state != ContractState.EFFECTIVE:
        raise Conflict(
            _("Contract %(contract)s is “%(state)s”; its plan stays.")
            % {"contract": locked, "state": locked.get_state_display()},
            way_out=_("Post what is still owed as an open item of its own."),
        )
    if locked.kind == ContractKind.FRAMEWORK or not locked.amount:
        raise InvalidInput(
            _("A framework contract has no plan: each order falls due by its own terms."),
            way_out=_("Give the contract an amount, or plan by order."),
        )
    last = locked.plans.filter(current=True).first()
    if not drafted:
        said(reason, _("Say why the plan is changed."), field="reason")
    rows = _rows(locked, lines)
    billed = _billed(locked)
    if not drafted and last is None and sum(billed.values(), ZERO):
        raise Conflict(
            _("Part of contract %(contract)s is billed already without a plan.") % {"contract": locked},
            way_out=_("Go on billing its orders, or make a contract for the rest."),
        )
    _keep_billed(rows, billed, last)
    if last is not None and drafted:
        last.rows.all().delete()
        plan = last
    else:
        if last is not None:
            last.current = False
            last.save(update_fields=["current", "updated_at"])
        plan = PaymentPlan.objects.create(
            contract=locked,
            edition=last.edition + 1 if last else 1,
            since=timezone.localdate(at),
            reason=reason.strip(),
            created_by=actor,
        )
    for row in rows:
        row.plan = plan
    PlanRow.objects.bulk_create(rows)
    verb = "plan_changed" if plan.edition > 1 else "plan_written"
    record(
        f"contracts.{verb}", locked, locked.customer, actor=actor, at=at, comment=plan.reason,
        data={"number": str(locked), "edition": plan.edition, "rows": len(rows)},
    )  # fmt: skip
    if not drafted:
        publish(PlanChanged(contract_id=locked.pk, at=at))
    return plan


def plan_of(contract: Contract) -> PaymentPlan | None:
    """The plan in force, or of a draft the one written so far."""
    return contract.plans.filter(current=True).first()


def require_plan_fits(contract: Contract) -> None:
    """Before a contract takes effect: its plan comes to its amount (domain §14.8). Raises ``InvalidInput``."""
    plan = plan_of(contract)
    if plan is None:
        return
    planned = sum((row.amount for row in plan.rows.all()), ZERO)
    if contract.kind == ContractKind.FRAMEWORK or planned != contract.amount:
        raise InvalidInput(
            _("The payment plan comes to %(planned)s, the contract to %(amount)s.")
            % {"planned": planned, "amount": contract.amount},
            way_out=_("Change the plan; the amounts have to agree."),
            planned=planned,
            amount=contract.amount,
        )


@transaction.atomic
def accept_contract(
    *, actor: Any, contract: Contract, date: date, paper: str, remarks: str = "", at: datetime
) -> Acceptance:
    """Record that the customer accepted: once, with its day and the paper. Publishes ``ContractAccepted``."""
    locked = _locked(contract, actor=actor, verb="accept")
    if locked.state != ContractState.EFFECTIVE:
        raise Conflict(
            _("Contract %(contract)s is “%(state)s”; only what is in force is accepted.")
            % {"contract": locked, "state": locked.get_state_display()},
            way_out=_("Put it in force first."),
        )
    if Acceptance.objects.filter(contract=locked).exists():
        raise Conflict(
            _("Contract %(contract)s was accepted already.") % {"contract": locked},
            way_out=_("Look at the day and the paper on its page."),
        )
    if date > timezone.localdate(at) or (locked.signed_date and date < locked.signed_date):
        raise InvalidInput(_("It is accepted after signing and not in the future."), field="date")
    row = Acceptance.objects.create(
        contract=locked,
        date=date,
        paper=said(paper, _("Say which paper proves it."), field="paper"),
        remarks=remarks,
        created_by=actor,
    )
    record(
        "contracts.contract_accepted", locked, locked.customer, actor=actor, at=at, comment=row.paper,
        data={"number": str(locked), "date": row.date},
    )  # fmt: skip
    publish(ContractAccepted(contract_id=locked.pk, at=at))
    return row


def _rows(contract: Contract, lines: Sequence[PlanLine]) -> list[PlanRow]:
    """The rows with their amounts; percents of all of it share it to the cent, the last one takes the rest."""
    if not lines:
        raise InvalidInput(_("A plan has at least one row."))
    places = places_of(contract.currency_id)
    whole = all(line.amount is None for line in lines)
    whole = whole and sum((line.percent or ZERO for line in lines), ZERO) == HUNDRED
    rows, left = [], contract.amount
    numbers = iter(_free_lines(contract, lines))
    for seq, line in enumerate(lines, 1):
        if (line.percent is None) == (line.amount is None):
            raise InvalidInput(_("Row %(seq)s: give either percent or amount.") % {"seq": seq})
        _require_facts(line, seq)
        if line.amount is not None:
            amount = exact_amount(line.amount, currency=contract.currency)
        elif whole and seq == len(lines):
            amount = left
        else:
            amount = round_money(contract.amount * (line.percent or ZERO) / HUNDRED, places)
        if amount <= 0:
            raise InvalidInput(_("Row %(seq)s: nothing would fall due.") % {"seq": seq})
        left -= amount
        rows.append(
            PlanRow(
                seq=seq,
                line=line.line or next(numbers),
                trigger=line.trigger,
                percent=line.percent,
                amount=amount,
                date=line.date if line.trigger == PlanTrigger.DATE else None,
                months=line.months if line.trigger == PlanTrigger.WARRANTY else None,
                payment_term=line.payment_term,
                note=line.note.strip(),
            )
        )
    if left:
        raise InvalidInput(
            _("The rows come to %(planned)s, the contract to %(amount)s: %(left)s is missing or too much.")
            % {"planned": contract.amount - left, "amount": contract.amount, "left": abs(left)},
            way_out=_("Change a percent or an amount."),
            planned=contract.amount - left,
            amount=contract.amount,
        )
    return rows


def _require_facts(line: PlanLine, seq: int) -> None:
    if line.trigger == PlanTrigger.DATE and line.date is None:
        raise InvalidInput(_("Row %(seq)s: enter the day.") % {"seq": seq})
    if line.trigger == PlanTrigger.WARRANTY and not line.months:
        raise InvalidInput(_("Row %(seq)s: enter the months of warranty.") % {"seq": seq})


def _free_lines(contract: Contract, lines: Sequence[PlanLine]) -> range:
    """Numbers that no row of any edition ever had."""
    used = PlanRow.objects.filter(plan__contract=contract).values_list("line", flat=True)
    given = [line.line for line in lines if line.line]
    if len(given) != len(set(given)) or not set(given) <= set(used):
        raise InvalidInput(_("A row was sent twice; open the plan again."))
    top = max(used, default=0)
    return range(top + 1, top + 1 + len(lines))


def _keep_billed(rows: Sequence[PlanRow], billed: dict[int, Decimal], last: PaymentPlan | None) -> None:
    by_line = {row.line: row for row in rows}
    before = {row.line: row for row in last.rows.all()} if last else {}
    for line, amount in billed.items():
        row, old = by_line.get(line), before.get(line)
        if not line or not amount:
            continue
        if row is None or row.amount < amount or (old and row.trigger != old.trigger):
            raise Conflict(
                _("%(amount)s of row %(seq)s is billed already; it stays.")
                % {"amount": amount, "seq": old.seq if old else line},
                way_out=_("Change the rows that are not billed yet, or give credit first."),
                billed=amount,
            )


def _billed(contract: Contract) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for answer in billed_lines:
        found |= answer(contract)
    return found


def _locked(contract: Contract, *, actor: Any, verb: str) -> Contract:
    locked = lock_row(Contract.objects.all(), contract.pk)
    if actor is not None and not can(actor, verb, locked):
        raise NotAllowed(_("You may not do this to contract %(contract)s.") % {"contract": locked})
    return locked
