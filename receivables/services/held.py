"""Drafts and cheques: taken in, honoured (then, and not before, they are money), bounced, given back.

Lock order: the paper before anything else of its customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from receivables.choices import PaperState
from receivables.errors import NotReversible, OverAllocation, WrongSide
from receivables.models import HeldPaper, HeldPaperPart, Receipt, ReceiptEntry, Receivable
from receivables.services.allocation import Allocation
from receivables.services.collecting import people_with
from receivables.services.entries import record_or_enter
from receivables.services.posting import (
    base_of,
    holder_on,
    ledger_rules,
    require_date,
    require_right,
    require_visible,
    team_of,
)
from receivables.services.receipts import NewReceipt, reverse_receipt
from salesops.audit.services import record
from salesops.catalog.models import Currency
from salesops.core.choices import Role
from salesops.core.errors import Conflict, Duplicate, InvalidInput
from salesops.core.inputs import exact_amount, said
from salesops.core.locking import lock_row, lock_rows
from salesops.core.money import ZERO
from salesops.handbook.selectors import rule
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.services import notify
from salesops.ui.links import record_url

JOB = "receivables.held_papers"
NOTICE = "receivables.paper_due"


@dataclass(frozen=True)
class NewPaper:
    """What stands on the paper, and when it came."""

    customer: Customer
    kind: str
    number: str
    drawer: str
    bank: str
    received_date: date
    due_date: date
    amount: Decimal
    currency: Currency


@transaction.atomic
def take_paper(
    *, actor: Any, paper: NewPaper, allocations: Sequence[Allocation] = (), at: datetime
) -> HeldPaper:
    """Take in a draft or cheque with what it is meant to settle. Nothing of the ledger counts it yet.

    Raises ``Duplicate`` (the same paper is held), ``OverAllocation``, ``WrongSide``, ``InvalidInput``, ``NotAllowed``.
    """
    require_right(actor, "add", HeldPaper)
    require_visible(actor, paper.customer, field="customer")
    if paper.received_date > timezone.localdate(at):
        raise InvalidInput(
            _("%(date)s lies in the future.") % {"date": paper.received_date}, field="received_date"
        )
    if paper.due_date < paper.received_date:
        raise InvalidInput(_("It is due before it came."), field="due_date")
    amount = exact_amount(paper.amount, currency=paper.currency)
    owner = holder_on(paper.customer, paper.received_date)
    row = HeldPaper(
        customer=paper.customer,
        owner=owner,
        team=team_of(owner, paper.received_date, paper.customer),
        kind=paper.kind,
        number=said(paper.number, _("Give the number of the paper."), field="number", most=60),
        drawer=said(paper.drawer, _("Say who drew it."), field="drawer", most=200),
        bank=said(paper.bank, _("Say which bank pays it."), field="bank", most=200),
        received_date=paper.received_date,
        due_date=paper.due_date,
        currency=paper.currency,
        amount=amount,
        base_amount=base_of(amount, paper.currency.pk, on=paper.received_date)[1],
        created_by=actor,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Duplicate(
            _("A paper %(number)s of this bank is on file already.") % {"number": row.number}, field="number"
        ) from error
    _mean(row, allocations, actor=actor)
    _tell("paper_taken", row, actor=actor, at=at, due=row.due_date)
    return row


def _mean(paper: HeldPaper, allocations: Sequence[Allocation], *, actor: Any) -> None:
    """Note what the paper is meant for: open items of its customer that no other paper covers."""
    wanted = {part.receivable_id: exact_amount(part.amount, field="allocations") for part in allocations}
    if sum(wanted.values(), ZERO) > paper.amount:
        raise OverAllocation(
            _("More is meant than the paper comes to."), field="allocations", left=paper.amount
        )
    items = lock_rows(Receivable.objects.all(), wanted)
    covered = covered_by_paper(wanted)
    for pk, amount in sorted(wanted.items()):
        item = items.get(pk)
        if item is None or item.customer_id != paper.customer_id or item.currency_id != paper.currency_id:
            raise WrongSide(_("The receivable belongs to another customer or is in another currency."))
        require_visible(actor, item, field="allocations")
        left = item.outstanding - covered.get(pk, ZERO)
        if amount > left:
            raise OverAllocation(
                _("%(number)s has %(left)s %(currency)s open that no paper covers; %(wanted)s is too much.")
                % {"number": item.number, "left": left, "currency": item.currency_id, "wanted": amount},
                field="allocations",
                receivable=pk,
                left=left,
                wanted=amount,
            )
    with ledger_rules():
        HeldPaperPart.objects.bulk_create(
            HeldPaperPart(paper=paper, receivable_id=pk, amount=amount)
            for pk, amount in sorted(wanted.items())
        )


def covered_by_paper(items: Sequence[int] | Any) -> dict[int, Decimal]:
    """What papers that are held cover, by receivable."""
    parts = HeldPaperPart.objects.filter(receivable__in=list(items), paper__state=PaperState.HELD).order_by()
    return dict(parts.values_list("receivable").annotate(sum=Sum("amount")))


@transaction.atomic
def honour_paper(
    *, actor: Any, paper: HeldPaper, date: date | None = None, at: datetime
) -> Receipt | ReceiptEntry:
    """The bank paid: the receipt is posted with what the paper was meant for, as far as that is still open.

    Above the limit of R-13 the receipt waits for a second person, and the paper is held until then. Raises
    ``Conflict`` when it is not held, ``InvalidInput`` before its due day, ``MonthClosed``.
    """
    require_right(actor, "settle", paper)
    row = _held(paper)
    day = require_date(date or timezone.localdate(at), at=at)
    if day < row.due_date:
        raise InvalidInput(
            _("%(number)s is due on %(date)s; it cannot be honoured before.")
            % {"number": row.number, "date": row.due_date},
            field="date",
        )
    if row.entry_id and row.entry.state == "entered":
        raise Conflict(
            _("The receipt of %(number)s waits for a second person already.") % {"number": row.number}
        )
    new = NewReceipt(
        customer=row.customer,
        received_date=day,
        amount=row.amount,
        currency=row.currency,
        method=row.kind,
        bank_account=row.bank[:60],
        bank_reference=row.number,
        owner=row.owner,
    )
    done = record_or_enter(actor=actor, receipt=new, allocations=_still_open(row, day), at=at)
    if isinstance(done, ReceiptEntry):
        row.entry = done
        row.save(update_fields=["entry", "updated_at"])
        return done
    mark_honoured(row, done, actor=actor, at=at)
    return done


def _held(paper: HeldPaper) -> HeldPaper:
    row = lock_row(HeldPaper.objects.select_related("customer", "currency", "owner"), paper.pk)
    if row.state != PaperState.HELD:
        raise Conflict(
            _("%(number)s is not held any more: %(state)s.")
            % {"number": row.number, "state": row.get_state_display()}
        )
    return row


def _still_open(paper: HeldPaper, day: date) -> list[Allocation]:
    """What the paper was meant for, as far as that is open on that day."""
    parts = paper.parts.select_related("receivable").order_by("receivable")
    return [
        Allocation(part.receivable_id, min(part.amount, part.receivable.outstanding))
        for part in parts
        if part.receivable.outstanding > 0 and part.receivable.issue_date <= day
    ]


def mark_honoured(paper: HeldPaper, receipt: Receipt, *, actor: Any, at: datetime) -> None:
    """The paper became this receipt."""
    _end(paper, PaperState.HONOURED, receipt.received_date, receipt=receipt)
    _tell("paper_honoured", paper, receipt, actor=actor, at=at, receipt=receipt.number)


def _end(paper: HeldPaper, state: PaperState, day: date, **values: Any) -> None:
    paper.state, paper.ended_date = state, max(day, paper.received_date)
    paper.version += 1
    for name, value in values.items():
        setattr(paper, name, value)
    with ledger_rules():
        paper.save(update_fields=["state", "ended_date", "version", "updated_at", *values])


@transaction.atomic
def bounce_paper(
    *, actor: Any, paper: HeldPaper, reason: str, date: date | None = None, at: datetime
) -> HeldPaper:
    """The bank did not pay. What a held paper was meant for is free; a honoured one's receipt is reversed, and what
    it settled is open again with the old due dates."""
    require_right(actor, "settle", paper)
    row = lock_row(HeldPaper.objects.select_related("customer", "receipt"), paper.pk)
    reason = said(reason, _("Say why it was not paid."))
    day = require_date(date or timezone.localdate(at), at=at)
    if row.state == PaperState.HONOURED:
        if not row.receipt.reversed_date:
            reverse_receipt(actor=actor, receipt=row.receipt, reason=reason, date=day, at=at)
        row.refresh_from_db()  # the reversal took it along
    elif row.state == PaperState.HELD:
        _end(row, PaperState.BOUNCED, day, reason=reason)
    else:
        raise NotReversible(_("%(number)s has ended already.") % {"number": row.number})
    _tell("paper_bounced", row, row.receipt, actor=actor, at=at, comment=reason)
    return row


@transaction.atomic
def give_paper_back(
    *, actor: Any, paper: HeldPaper, reason: str, date: date | None = None, at: datetime
) -> HeldPaper:
    """The customer gets it back (exchanged, wrong, paid otherwise); what it was meant for is free."""
    require_right(actor, "settle", paper)
    row = _held(paper)
    day = require_date(date or timezone.localdate(at), at=at)
    _end(row, PaperState.RETURNED, day, reason=said(reason, _("Say why it goes back.")))
    _tell("paper_returned", row, actor=actor, at=at, comment=row.reason)
    return row


def _tell(
    verb: str, paper: HeldPaper, *about: Any, actor: Any, at: datetime, comment: str = "", **more: Any
) -> None:
    data = {"number": paper.number, "amount": paper.amount, "currency": paper.currency_id, **more}
    record(
        f"receivables.{verb}", paper, paper.customer, *about, actor=actor, at=at, comment=comment, data=data
    )


def tell_due(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Tell finance and the owner, once, of each paper that falls due within the days of clause R-37."""

    def work(report: JobReport) -> None:
        last = business_date + timedelta(days=rule("receivables.paper_notice_days", on=business_date))
        finance = list(people_with(Role.FINANCE, business_date))
        rows = HeldPaper.objects.held().filter(due_date__lte=last, told_date__isnull=True)
        for paper in rows.select_related("customer", "owner"):
            people = {p.pk: p for p in (*finance, paper.owner) if p is not None and p.is_active}
            url = record_url(paper)
            data = {
                "number": paper.number,
                "customer": paper.customer.name,
                "date": paper.due_date.isoformat(),
            }
            for person in people.values():
                notify(person, NOTICE, f"{NOTICE}:{paper.pk}", data, url, at=report.at)
            paper.told_date = business_date
            paper.save(update_fields=["told_date", "updated_at"])
            report.done(paper, NOTICE, url=url, date=data["date"])

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)
