"""Settlement notices before, and overdue notices after the due date (REC-02, REC-03; domain §7).

One run a day, set-based: the selection in ``sql/reminders.sql`` is counted and shown (``reminders_read.sql``) or
written as reminders and the run's items (``reminders_write.sql``); the people concerned then get one notice each,
the customers one mail each. Runs on any day, work day or not.
"""

from __future__ import annotations

import functools
import itertools
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Sum
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from customers.models import Contact, Customer
from receivables.choices import Channel, ReminderKind
from receivables.models import Receivable, Reminder
from receivables.services.letters import language_of
from salesops.accounts.models import User
from salesops.handbook.selectors import rule
from salesops.jobs.models import JobRun
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.services import mail_to, notify

JOB = "send_reminders"
SQL = Path(__file__).resolve().parent.parent / "sql"
SHOWN = 500  # lines of a preview; it counts all of them


Line = tuple[Any, ...]  # reason ("" when told), number, customer, kind, receiver, channel, days


@dataclass(frozen=True)
class SentLine:
    """One reminder that went out, or would."""

    receivable: str
    customer: str
    kind: str
    to: str
    channel: str


@dataclass(frozen=True)
class SkippedLine:
    """One receivable that was left out, and the code of the reason."""

    receivable: str
    customer: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """A run with its lines (empty unless they were asked for; a preview has the first ones)."""

    result: RunResult
    sent: tuple[SentLine, ...] = ()
    skipped: tuple[SkippedLine, ...] = ()


def run_reminders(
    business_date: date, *, actor: Any, at: datetime, dry_run: bool, collect: bool = False
) -> Outcome:
    """Send the reminders of a day, once. With ``dry_run`` the same lines, and nothing is kept or sent.

    Raises ``JobFailed``; then nothing of the run was kept.
    """
    lines: list[Line] = []

    def work(report: JobReport) -> None:
        if collect or dry_run:
            lines.extend(_read(report, on=business_date, limit=None if collect else SHOWN))
        if dry_run:
            _into_report(report, lines)
        else:
            _send(report, on=business_date, at=at)

    result = run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)
    if result.already and collect:
        return Outcome(result, (), _sent_before(business_date))
    sent = tuple(SentLine(*row[1:6]) for row in lines if not row[0])
    skipped = tuple(SkippedLine(*row[1:4], reason=row[0]) for row in lines if row[0])
    return Outcome(result, sent, skipped)


def send_reminders(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """The job as the scheduler calls it."""
    return run_reminders(business_date, actor=actor, at=at, dry_run=dry_run).result


def _sent_before(day: date) -> tuple[SkippedLine, ...]:
    rows = (
        Reminder.objects.filter(date=day)
        .order_by("receivable__number", "kind")
        .values_list("receivable__number", "receivable__customer__code", "kind")
        .distinct()
    )
    return tuple(SkippedLine(*row, "already_reminded") for row in rows)


@functools.cache
def _sql(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


def _parameters(on: date, run: int | None, at: datetime) -> dict[str, Any]:
    """The rules in force on the day, as the statement's parameters."""
    steps = sorted(set(rule("receivables.overdue_days", on=on))) or [1]
    notice = rule("receivables.notice_days", on=on)
    repeat = rule("receivables.overdue_repeat_days", on=on)
    gaps = [notice, repeat, *(b - a for a, b in itertools.pairwise([0, *steps]))]
    exact = [on + timedelta(days=notice), *(on - timedelta(days=step) for step in steps)]
    return {
        "on": on,
        "notice_days": notice,
        "steps": steps,
        "last_step": steps[-1],
        "repeat": repeat,
        # No step that still counts began before this day: without repetition the last step lasts for ever.
        "oldest_step": on - timedelta(days=max(gaps)) if repeat else date.min,
        "superior_from": rule("receivables.superior_from_day", on=on),
        "tolerance": rule("receivables.reminder_tolerance", on=on),
        "notify_customer": bool(rule("receivables.notify_customer", on=on)),
        "exact_days": exact,
        "run": run,
        "at": at,
        "url": _path("receivables:receivable_list", "/receivables/receivables/"),
    }


def _path(name: str, otherwise: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return otherwise


def _read(report: JobReport, *, on: date, limit: int | None) -> list[Line]:
    """Count what would be told and left out, and answer the first lines of it; nothing is written."""
    with connection.cursor() as cursor:
        parameters = _parameters(on, None, report.at) | {"limit": limit}
        cursor.execute(_sql("reminders.sql") + _sql("reminders_read.sql"), parameters)
        found = cursor.fetchall()
    _count(report, {reason: count for reason, count, *_line in found if count is not None})
    return [(reason, *line) for reason, count, *line in found if count is None]


def _count(report: JobReport, lines: dict[str, int]) -> None:
    report.figures.update(
        {
            "done": lines.get("", 0),
            "skipped": sum(count for reason, count in lines.items() if reason),
            "already_reminded": lines.get("already_reminded", 0),
            "no_step_yet": lines.get("no_step_yet", 0),
        }
    )


def _into_report(report: JobReport, lines: list[Line]) -> None:
    for reason, number, customer, kind, to, channel, days in lines[:SHOWN]:
        data = {"number": number, "customer": customer, "to": to, "days": abs(days), "channel": channel}
        if reason:
            report.skipped(number, f"receivables.{reason}", **data)
        else:
            report.done(number, f"receivables.{kind}_sent", **data)


def _send(report: JobReport, *, on: date, at: datetime) -> None:
    run = JobRun.objects.filter(job=JOB, business_date=on, state=JobRun.State.RUNNING).first()
    with connection.cursor() as cursor:
        parameters = _parameters(on, run.pk if run else None, at)
        cursor.execute(_sql("reminders.sql") + _sql("reminders_write.sql"), parameters)
        _count(report, dict(cursor.fetchall()))
    if report.figures["done"]:
        _tell_people(on=on, at=at)
        _mail_customers(on=on, at=at)


def _tell_people(*, on: date, at: datetime) -> None:
    """One notice to each person for each kind: how many items, how much, the one item if it is only one."""
    today = Reminder.objects.filter(date=on, channel=Channel.APP, recipient__isnull=False)
    groups = (
        today.values("recipient_id", "kind")
        .annotate(
            count=Count("pk"),
            amount=Sum("receivable__outstanding_base"),
            number=Max("receivable__number"),
            customer=Max("receivable__customer__name"),
        )
        .order_by("recipient_id", "kind")
    )
    people = {user.pk: user for user in User.objects.filter(pk__in={g["recipient_id"] for g in groups})}
    for group in groups:
        single = group["count"] == 1
        kind = f"receivables.{group['kind']}{'' if single else '_many'}"
        data = {
            "count": group["count"],
            "amount": str(group["amount"]),
            "currency": settings.BASE_CURRENCY,
            "number": group["number"] if single else "",
            "customer": group["customer"] if single else "",
            "date": on,
        }
        path = _path("receivables:receivable_list", "/receivables/receivables/")
        query = "due=overdue" if group["kind"] == ReminderKind.OVERDUE else "due=soon"
        notify(
            people[group["recipient_id"]],
            kind,
            f"receivables.{group['kind']}:{on}",
            data,
            f"{path}?{query}",
            at=at,
        )


def notice_sample(customer: Customer, language: str, *, on: date) -> tuple[str, str]:
    """Subject and text of a settlement notice to a customer in a language, over what falls due next."""
    soon = Receivable.objects.open().filter(customer=customer, due_date__gte=on).select_related("currency")
    reminders = [
        Reminder(receivable=item, outstanding=item.outstanding)
        for item in soon.order_by("due_date", "pk")[:5]
    ]
    contact = Contact.objects.filter(customer=customer, is_primary=True, left=False).first()
    words = {
        "customer": customer.name,
        "contact": contact.name if contact else "",
        "bank_details": rule("receivables.bank_details", on=on),
        "items": [_mail_item(row) for row in reminders],
        "totals": _totals(reminders),
    }
    with override(language):
        subject, text = (
            render_to_string(f"email/settlement_notice.{end}txt", words) for end in ("subject.", "")
        )
    return subject.strip(), text.strip()


def _mail_customers(*, on: date, at: datetime) -> None:
    """One settlement notice to each customer, listing all its items of the day."""
    rows = (
        Reminder.objects.filter(date=on, channel=Channel.EMAIL)
        .select_related("receivable__customer", "receivable__currency")
        .order_by("receivable__customer_id", "receivable__due_date", "receivable_id")
    )
    by_customer: dict[tuple[int, str], list[Reminder]] = defaultdict(list)
    for row in rows:
        by_customer[row.receivable.customer_id, row.address].append(row)
    contacts = {
        contact.customer_id: contact
        for contact in Contact.objects.filter(customer_id__in=[c for c, _a in by_customer], is_primary=True)
    }
    for (customer_id, address), reminders in by_customer.items():
        customer = reminders[0].receivable.customer
        contact = contacts.get(customer_id)
        mail_to(
            address,
            language_of(customer),
            "settlement_notice",
            {
                "customer": customer.name,
                "contact": contact.name if contact else "",
                "bank_details": rule("receivables.bank_details", on=on),
                "items": [_mail_item(row) for row in reminders],
                "totals": _totals(reminders),
            },
            key=f"settlement-notice:{on}:{customer_id}",
            at=at,
        )


def _mail_item(row: Reminder) -> dict[str, str]:
    item = row.receivable
    return {
        "number": item.number,
        "due_date": item.due_date.isoformat(),
        "amount": f"{row.outstanding:,.{item.currency.decimals}f}",
        "currency": item.currency_id,
    }


def _totals(reminders: list[Reminder]) -> list[str]:
    sums: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for row in reminders:
        currency = row.receivable.currency
        sums[currency.pk, currency.decimals] += row.outstanding
    return [f"{amount:,.{decimals}f} {code}" for (code, decimals), amount in sorted(sums.items())]
