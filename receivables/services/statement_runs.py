"""Statements in bulk with a preview and a record of the run, and the daily reminders of those without an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from receivables.choices import StatementState
from receivables.models import Statement
from receivables.services.statements import Sending, remind_statement, send_statement
from salesops.accounts.models import User
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.jobs.models import JobRun
from salesops.jobs.services.outbox import enqueue
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.services import notify

BULK, REMIND = "send_statements", "remind_statements"
OUTBOX = "receivables.statements"
SQL = Path(__file__).resolve().parent.parent / "sql" / "statements_bulk.sql"


@dataclass(frozen=True)
class BulkAsk:
    """Which statements are asked for; amounts below ``at_least`` (own currency, without sign) get none."""

    since: date
    until: date
    owner: int | None = None
    team: int | None = None
    currency: str = ""
    at_least: Decimal = Decimal("0.00")


@dataclass(frozen=True)
class BulkLine:
    """One customer and currency; ``reason`` is empty for who gets a statement."""

    customer: int
    code: str
    name: str
    currency: str
    closing: Decimal
    email: str
    language: str
    reason: str


def plan(ask: BulkAsk) -> list[BulkLine]:
    """Who gets a statement and who is left out and why; one query."""
    if ask.since > ask.until:
        raise InvalidInput(_("The first day lies after the last."), field="since")
    with connection.cursor() as cursor:
        cursor.execute(
            SQL.read_text(encoding="utf-8"),
            {
                "since": ask.since, "until": ask.until, "owner": ask.owner, "team": ask.team,
                "currency": ask.currency, "at_least": ask.at_least,
            },
        )  # fmt: skip
        found = cursor.fetchall()
    return [
        BulkLine(pk, code, name, currency, closing, email, "en" if abroad else settings.LANGUAGE_CODE, reason)
        for pk, code, name, currency, closing, email, abroad, reason in found
    ]


@transaction.atomic
def ask_bulk(*, actor: Any, ask: BulkAsk, at: datetime) -> None:
    """Have the statements sent after this page; the run is recorded. Raises ``NotAllowed``, ``Conflict``."""
    if not can(actor, "send_bulk", Statement):
        raise NotAllowed(
            _("Finance sends statements in bulk."), way_out=_("Send the one of a customer from its page.")
        )
    today = timezone.localdate(at)
    if ask.until > today:
        raise InvalidInput(_("A statement ends today at the latest."), field="until")
    if JobRun.objects.filter(job=BULK, business_date=today, state=JobRun.State.DONE).exists():
        raise Conflict(
            _("Statements were sent in bulk today already."),
            way_out=_(
                "Those that were left out are sent one by one from the customer's page, or in bulk tomorrow."
            ),
        )
    payload = {
        "actor": actor.pk, "since": ask.since.isoformat(), "until": ask.until.isoformat(), "owner": ask.owner,
        "team": ask.team, "currency": ask.currency, "at_least": str(ask.at_least), "day": today.isoformat(),
    }  # fmt: skip
    asked = ":".join(str(value) for value in payload.values())  # the same question twice is one
    enqueue(OUTBOX, f"{OUTBOX}:{asked}", payload, at=at)


def deliver(payload: dict[str, Any], *, message: Any, at: datetime) -> None:
    """Outbox: do the run that was asked for."""
    actor = User.objects.get(pk=payload["actor"])
    ask = BulkAsk(
        date.fromisoformat(payload["since"]), date.fromisoformat(payload["until"]), payload["owner"],
        payload["team"], payload["currency"], Decimal(payload["at_least"]),
    )  # fmt: skip
    run_bulk(ask, date.fromisoformat(payload["day"]), actor=actor, at=at, dry_run=False)


def run_bulk(ask: BulkAsk, day: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Send what ``plan`` names, once a day, with a line for each customer."""

    def work(report: JobReport) -> None:
        run = None if dry_run else JobRun.objects.filter(job=BULK, business_date=day).first()
        lines = plan(ask)
        customers = Customer.objects.in_bulk([line.customer for line in lines if not line.reason])
        for line in lines:
            _one(line, ask, customers.get(line.customer), report, actor=actor, run=run)

    return run_job(BULK, day, actor=actor, at=at, dry_run=dry_run, work=work)


def _one(
    line: BulkLine, ask: BulkAsk, customer: Customer | None, report: JobReport, *, actor: Any, run: Any
) -> None:
    subject = f"{line.code} {line.currency}"
    facts = {"customer": line.name, "amount": f"{line.closing:,.2f} {line.currency}", "recipient": line.email}
    if line.reason or customer is None:
        report.skipped(subject, f"receivables.{line.reason}", **facts)
        return
    url = customer.get_absolute_url()
    sending = Sending(customer, ask.since, ask.until, line.email, line.language, line.currency)
    try:
        with transaction.atomic():
            [sent] = send_statement(actor=actor, sending=sending, at=report.at, run=run)
    except NotAllowed:
        report.skipped(subject, "receivables.statement_not_allowed", url=url, **facts)
    except InvalidInput:
        report.skipped(subject, "receivables.statement_too_long", url=url, **facts)
    else:
        report.done(subject, "receivables.statement_sent", url=sent.get_absolute_url(), **facts)


def send_asked(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """The job by hand: last month's statements to everybody who gets one."""
    until = business_date.replace(day=1) - timedelta(days=1)
    return run_bulk(BulkAsk(until.replace(day=1), until), business_date, actor=actor, at=at, dry_run=dry_run)


def unanswered(on: date) -> Any:
    """Statements whose customer is to be reminded on a day, or given up."""
    limit = on - timedelta(days=rule("receivables.statement_remind_days", on=on))
    last = Coalesce(F("reminded_at"), F("sent_at"))
    rows = Statement.objects.filter(state=StatementState.SENT).annotate(last=last)
    return rows.filter(last__date__lte=limit).select_related("customer", "owner", "created_by").order_by("pk")


def remind_statements(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """A new link for each statement that waits too long, as often as clause R-61 says; then its owner is told once."""

    def work(report: JobReport) -> None:
        most = rule("receivables.statement_reminders", on=business_date)
        for row in unanswered(business_date).filter(Q(reminders__lte=most)):
            facts = {"customer": str(row.customer), "number": row.number}
            url = row.get_absolute_url()
            if row.reminders >= most:
                Statement.objects.filter(pk=row.pk).update(reminders=most + 1)
                person = row.owner or row.created_by
                if person is not None:
                    notify(
                        person,
                        "receivables.statement_unanswered",
                        f"statement-unanswered:{row.pk}",
                        facts,
                        url,
                        at=at,
                    )
                report.done(row.number, "receivables.statement_given_up", url=url, **facts)
                continue
            try:
                with transaction.atomic():
                    remind_statement(actor=None, statement=row, at=at)
            except NotAllowed:
                report.skipped(row.number, "receivables.statement_not_allowed", url=url, **facts)
            except Conflict:
                continue  # the customer answers at this moment
            else:
                report.done(row.number, "receivables.statement_reminded", url=url, **facts)

    return run_job(REMIND, business_date, actor=actor, at=at, dry_run=dry_run, work=work)
