"""Statements of account: sent with a page that works once, answered line by line, differences followed (REC-11).

A statement is numbered (DZ) and frozen when it is sent; the link shows it while whoever asked may still see the
account, and dies with that right. An answer is written once: it confirms all, or says line by line what differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format, number_format, sanitize_separators
from django.utils.translation import gettext as _

from customers.models import Customer
from receivables.choices import LineKind, Result, StatementState
from receivables.models import (
    Adjustment,
    CreditNote,
    Receipt,
    Receivable,
    Refund,
    Statement,
    StatementDifference,
    StatementLine,
)
from receivables.selectors.statements import Account, Movement, statement_of
from receivables.services.items import mark_disputed
from receivables.services.posting import base_of, holder_on, team_of
from salesops.audit.services import record
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, Conflict, InvalidInput, NotAllowed
from salesops.core.inputs import said
from salesops.core.locking import lock_row, lock_rows
from salesops.core.money import places_of
from salesops.core.policies import can
from salesops.documents.drawing import as_pdf
from salesops.documents.pdf import PdfMissing
from salesops.documents.printing import Ask, prints
from salesops.handbook.selectors import rule
from salesops.notifications.models import OneTimeLink
from salesops.notifications.services import notify
from salesops.notifications.services.outsiders import issue_link, withdraw_link
from salesops.numbering.services import next_number

PURPOSE = "receivables.statement"
NUMBER_CLASS = "DZ"
PRINT = "receivables.sent_statement"
LONGEST_NAME, LONGEST_WORDS, LONGEST_AMOUNT = 80, 1000, 30


def may_ask(user: Any, customer: Customer) -> bool:
    """Whoever holds the customer and may see its ledger, and finance."""
    if user is None or not can(user, "view", Receivable) or not can(user, "view", customer):
        return False
    return can(user, "edit", customer) or user.has_role(Role.FINANCE)


def require_ask(actor: Any, customer: Customer) -> None:
    if not may_ask(actor, customer):
        raise NotAllowed(
            _("Only who holds the customer, or finance, sends statements."),
            way_out=_("Ask finance."),
            release=AskOffer(
                _("Please send %(customer)s its statement") % {"customer": customer},
                people=(customer.owner,),
                roles=(Role.FINANCE,),
                subject=customer,
            ),
        )


@dataclass(frozen=True)
class Sending:
    """What is sent to whom: a customer's account from ``since`` to ``until``; without ``currency`` all of them."""

    customer: Customer
    since: date
    until: date
    email: str
    language: str
    currency: str = ""


@transaction.atomic
def send_statement(*, actor: Any, sending: Sending, at: datetime, run: Any = None) -> list[Statement]:
    """Freeze and mail the statements of a customer, one for each currency.

    Raises ``NotAllowed``, ``InvalidInput`` (address, days, too many lines), ``Conflict`` when nothing was posted.
    """
    require_ask(actor, sending.customer)
    if sending.since > sending.until:
        raise InvalidInput(_("The first day lies after the last."), field="since")
    if sending.until > timezone.localdate(at):
        raise InvalidInput(_("A statement ends today at the latest."), field="until")
    accounts = statement_of(sending.customer, since=sending.since, on=sending.until, user=actor)
    accounts = [a for a in accounts if not sending.currency or a.currency == sending.currency]
    if not accounts:
        raise Conflict(_("There is no balance to confirm: nothing was posted for this customer."))
    return [_freeze(account, sending, actor=actor, at=at, run=run) for account in accounts]


def _freeze(account: Account, sending: Sending, *, actor: Any, at: datetime, run: Any) -> Statement:
    holder = holder_on(sending.customer, sending.until)
    ages = account.ages
    statement = Statement.objects.create(
        number=next_number(NUMBER_CLASS, on=timezone.localdate(at)),
        customer=sending.customer,
        owner=holder,
        team=team_of(holder, sending.until, sending.customer),
        currency_id=account.currency,
        since=sending.since,
        until=sending.until,
        opening=account.opening,
        charged=account.charged,
        paid=account.paid,
        closing=account.closing,
        base_closing=base_of(account.closing, account.currency, on=sending.until)[1],
        outstanding=ages.outstanding if ages else 0,
        unallocated=ages.unallocated if ages else 0,
        ages=[[label, str(amount)] for label, amount in (ages.cells.items() if ages else ())],
        email=sending.email,
        language=sending.language,
        sent_at=at,
        run=run,
        created_by=actor,
    )
    StatementLine.objects.bulk_create(
        [_line(statement, place, movement) for place, movement in enumerate(account.movements, start=1)]
    )
    _mail(statement, actor=actor, at=at)
    record(
        "receivables.statement_sent",
        statement,
        statement.customer,
        actor=actor,
        at=at,
        data=_facts(statement),
    )
    return statement


KINDS = {
    Receivable: LineKind.RECEIVABLE,
    Receipt: LineKind.RECEIPT,
    CreditNote: LineKind.CREDIT,
    Refund: LineKind.REFUND,
    Adjustment: LineKind.ADJUSTMENT,
}


def _line(statement: Statement, place: int, movement: Movement) -> StatementLine:
    document = movement.document
    kind = KINDS[type(document)]
    if getattr(document, "reversal_of_id", None):
        kind = LineKind.REVERSAL
    return StatementLine(
        statement=statement,
        place=place,
        date=movement.date,
        kind=kind,
        number=document.number,
        due_date=document.due_date if isinstance(document, Receivable) else None,
        receivable=document if isinstance(document, Receivable) else None,
        charged=movement.charged,
        paid=movement.paid,
        balance=movement.balance,
    )


def _mail(statement: Statement, *, actor: Any, at: datetime) -> None:
    expires = at + timedelta(days=rule("receivables.balance_days", on=timezone.localdate(at)))
    issue_link(
        PURPOSE,
        statement,
        statement.email,
        expires,
        actor=actor,
        at=at,
        mail=True,
        language=statement.language,
    )


def _facts(statement: Statement) -> dict[str, Any]:
    return {
        "number": statement.number,
        "customer": str(statement.customer),
        "amount": f"{statement.closing:,.2f} {statement.currency_id}",
        "balance_date": statement.until.isoformat(),
        "recipient": statement.email,
    }


def living_links(statement: Statement, at: datetime) -> QuerySet[OneTimeLink]:
    return OneTimeLink.objects.filter(
        purpose=PURPOSE, subject_id=statement.pk, used_at=None, withdrawn_at=None, expires_at__gt=at
    )


@transaction.atomic
def remind_statement(*, actor: Any, statement: Statement, at: datetime) -> Statement:
    """Mail a new link to a statement that was not answered; older ones end. ``actor`` None: the daily job.

    Raises ``NotAllowed``, ``Conflict`` (answered).
    """
    # the links before the statement, as the customer's answer takes them
    lock_rows(OneTimeLink.objects.all(), living_links(statement, at).values_list("pk", flat=True))
    row = lock_row(Statement.objects.all(), statement.pk)
    sender = actor or row.created_by
    require_ask(sender, row.customer)
    if row.state != StatementState.SENT:
        raise Conflict(_("The customer has answered this statement already."))
    for link in living_links(row, at):
        if link.created_by is not None:
            withdraw_link(link=link, actor=link.created_by, at=at)
    row.reminders, row.reminded_at = row.reminders + 1, at
    row.version += 1
    row.save(update_fields=["reminders", "reminded_at", "version", "updated_at"])
    _mail(row, actor=sender, at=at)
    record("receivables.statement_reminded", row, row.customer, actor=actor, at=at, data=_facts(row))
    return row


# --- the page of the customer -------------------------------------------------------------------------


def _living(statement: Statement, link: OneTimeLink) -> None:
    """Raises ``Conflict`` when who asked lost the right, or the statement was answered by another link."""
    if not may_ask(link.created_by, statement.customer) or statement.state != StatementState.SENT:
        raise Conflict(_("This link is no longer valid."))


def _figure(amount: Decimal, currency: str) -> str:
    return f"{number_format(amount, places_of(currency), force_grouping=True)} {currency}"


def show(statement: Statement, link: OneTimeLink) -> list[tuple[Any, Any]]:
    """The head of the page; the lines follow in its part."""
    _living(statement, link)
    return [
        (_("Statement"), statement.number),
        (_("Customer"), statement.customer.name),
        (
            _("Period"),
            f"{date_format(statement.since, 'DATE_FORMAT')} – {date_format(statement.until, 'DATE_FORMAT')}",
        ),
        (_("Opening balance"), _figure(statement.opening, statement.currency_id)),
        (_("What you owe us"), _figure(statement.closing, statement.currency_id)),
    ]


def shown(statement: Statement, link: OneTimeLink, typed: Mapping[str, str]) -> dict[str, Any]:
    """The lines with what was typed beside them."""
    lines = [
        {
            "line": line,
            "amount": _figure(line.charged or -line.paid, statement.currency_id),
            "differs": bool(typed.get(f"d-{line.place}")),
            "said": typed.get(f"a-{line.place}", "")[:LONGEST_AMOUNT],
            "words": typed.get(f"w-{line.place}", "")[:LONGEST_WORDS],
        }
        for line in statement.lines.all()
    ]
    return {"statement_lines": lines, "currency": statement.currency_id}


def fields_of(statement: Statement) -> tuple[tuple[str, Any, int], ...]:
    """The answers that each line may have."""
    return tuple(
        field
        for place in statement.lines.values_list("place", flat=True)
        for field in (
            (f"d-{place}", "", 5), (f"a-{place}", "", LONGEST_AMOUNT), (f"w-{place}", "", LONGEST_WORDS)
        )
    )  # fmt: skip


def answer(statement: Statement, link: OneTimeLink, data: Mapping[str, str], at: datetime) -> Statement:
    """Keep the answer: confirmed, or one difference for each line named and one for what is said in general."""
    if not data["name"]:
        raise InvalidInput(_("Please write your name."), field="name")
    row = lock_row(Statement.objects.all(), statement.pk)
    _living(row, link)
    differences = list(_differences(row, data, at))
    row.state = StatementState.DIFFERS if differences else StatementState.CONFIRMED
    row.answered_at, row.answered_by = at, data["name"]
    row.version += 1
    row.save(update_fields=["state", "answered_at", "answered_by", "version", "updated_at"])
    StatementDifference.objects.bulk_create(differences)
    words = "; ".join(d.words for d in differences if d.words)
    facts = {**_facts(row), "person": data["name"], "recipient": link.recipient}
    verb = "receivables.balance_differs" if differences else "receivables.balance_agreed"
    record(verb, row, row.customer, actor=None, at=at, data=facts, comment=words)
    told = {
        person.pk: person for person in (link.created_by, row.owner, row.customer.owner) if person is not None
    }
    for person in told.values():
        notify(
            person, verb, f"{verb}:{link.pk}", {**facts, "words": words[:200]}, row.get_absolute_url(), at=at
        )
    return row


def _differences(
    statement: Statement, data: Mapping[str, str], at: datetime
) -> Iterable[StatementDifference]:
    common = {"statement": statement, "owner": statement.owner or statement.created_by, "raised_at": at}
    for line in statement.lines.all():
        amount, words = data[f"a-{line.place}"], data[f"w-{line.place}"]
        if not (data[f"d-{line.place}"] or amount or words):
            continue
        if not amount and not words:
            raise InvalidInput(
                _("Please write what does not agree about %(number)s.") % {"number": line.number},
                field=f"w-{line.place}",
            )
        yield StatementDifference(line=line, said_amount=_amount(amount, line), words=words, **common)
    if data["difference"]:
        yield StatementDifference(words=data["difference"], **common)


def _amount(text: str, line: StatementLine) -> Decimal | None:
    if not text:
        return None
    try:
        amount = Decimal(str(sanitize_separators(text)).replace(",", "").replace(" ", ""))
        good = amount.is_finite() and abs(amount) < Decimal(10) ** 16 and amount == round(amount, 2)
    except InvalidOperation:
        good = False
    if not good:
        raise InvalidInput(
            _("The amount beside %(number)s is not a number with at most two decimals.")
            % {"number": line.number},
            field=f"a-{line.place}",
        )
    return amount


def files(statement: Statement, link: OneTimeLink, language: str) -> list[tuple[str, bytes, str]]:
    """The statement as PDF in the mail; a machine that makes none sends the link alone."""
    ask = Ask(link.created_by, statement.until, statement.since, (language,))
    try:
        return [(f"{statement.number}.pdf", as_pdf(prints[PRINT], statement, ask), "application/pdf")]
    except PdfMissing:
        return []


# --- differences --------------------------------------------------------------------------------------


@transaction.atomic
def settle_difference(
    *, actor: Any, difference: StatementDifference, result: str, outcome: str, at: datetime
) -> StatementDifference:
    """Write down how a difference ended. Raises ``NotAllowed``, ``InvalidInput``, ``Conflict`` (settled)."""
    require_follow(actor, difference)
    words = said(outcome, _("Say how it was resolved."), field="outcome")
    if result not in Result.values:
        raise InvalidInput(_("Say who was right."), field="result")
    row = lock_row(StatementDifference.objects.select_related("statement__customer"), difference.pk)
    if row.settled_at is not None:
        raise Conflict(_("This difference has its result already."))
    row.result, row.outcome, row.settled_at, row.settled_by = result, words, at, actor
    row.version += 1
    row.save(update_fields=["result", "outcome", "settled_at", "settled_by", "version", "updated_at"])
    record(
        "receivables.difference_settled", row, row.statement, row.statement.customer, actor=actor, at=at,
        comment=words, data={"number": str(row)},
    )  # fmt: skip
    return row


def require_follow(actor: Any, difference: StatementDifference) -> None:
    if actor is not None and not can(actor, "follow", difference):
        raise NotAllowed(_("Only who holds the customer, or finance, follows its differences."))


@transaction.atomic
def dispute_item(*, actor: Any, difference: StatementDifference, at: datetime) -> Receivable:
    """Mark the item of a disputed line as disputed, in the customer's words. Raises ``Conflict`` without an item."""
    require_follow(actor, difference)
    line = difference.line
    if line is None or line.receivable is None:
        raise Conflict(_("This difference is about no open item."))
    figure = (
        ""
        if difference.said_amount is None
        else _figure(difference.said_amount, difference.statement.currency_id)
    )
    words = ": ".join(part for part in (figure, difference.words) if part)
    return mark_disputed(
        actor=actor, receivable=line.receivable, reason=f"{difference.statement.number}: {words}"[:300], at=at
    )
