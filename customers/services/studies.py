"""Market studies: planned, handed in as a report, reviewed by somebody else, published, archived (MKT-01, MKT-03)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from customers.choices.research import STUDY_MOVES, StudyState
from customers.models import MarketStudy, TargetMarket
from customers.services.market_rows import locked, save
from salesops.accounts.models import Team, User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.notifications.services import notify
from salesops.numbering.services import next_free_number


@transaction.atomic
def save_study(
    *, actor: User, at: datetime, study: MarketStudy | None = None, version: int | None = None, **fields: Any
) -> MarketStudy:
    """Plan a study, or change a plan whose report nobody has handed in. Raises ``InvalidInput``, ``NotAllowed``."""
    today = timezone.localdate(at)
    if study is None:
        if not can(actor, "add", MarketStudy):
            raise NotAllowed(_("Market studies are planned by people of the sales line."))
        row = MarketStudy(created_by=actor, owner=actor, team=team_on(actor, today))
        row.number = next_free_number("DY", MarketStudy, on=today, field="number")
    else:
        row = locked(study, actor, "edit", version)
        if row.state != StudyState.PLANNED:
            raise Conflict(_("The report is handed in; the plan stays as it was."))
    for name, value in fields.items():
        setattr(row, name, value)
    _check_days(row)
    save(row)
    verb = "customers.study_changed" if study else "customers.study_planned"
    record(verb, row, actor=actor, at=at, data=_facts(row))
    return row


def _check_days(row: MarketStudy) -> None:
    if row.end < row.start:
        raise InvalidInput(_("It ends before it begins."), field="end")
    if row.due_on < row.start:
        raise InvalidInput(_("The report is due after the study has begun."), field="due_on")
    if row.due_on.year > row.start.year + 5:
        raise InvalidInput(_("This day is too far away to be true."), field="due_on")


@transaction.atomic
def report_study(
    *,
    actor: User,
    at: datetime,
    study: MarketStudy,
    findings: str,
    conclusions: str,
    version: int | None = None,
) -> MarketStudy:
    """Hand the report in; whoever stands above is told. Raises ``InvalidInput``, ``NotAllowed``."""
    row = locked(study, actor, "report", version)
    STUDY_MOVES.require(row.state, StudyState.SUBMITTED, labels=dict(StudyState.choices))
    row.findings, row.conclusions = findings.strip(), conclusions.strip()
    if not row.findings:
        raise InvalidInput(_("Write what was found."), field="findings")
    if not row.conclusions:
        raise InvalidInput(_("Write what follows from it."), field="conclusions")
    row.submitted_on = row.submitted_on or timezone.localdate(at)
    _step(row, StudyState.SUBMITTED, "customers.study_reported", actor=actor, at=at)
    if row.owner.superior is not None and row.owner.superior.is_active:
        key = f"study:{row.pk}:{row.version}"
        told = {"subject": row.subject, "author": actor.name}
        notify(row.owner.superior, "customers.study_reported", key, told, row.get_absolute_url(), at=at)
    return row


@transaction.atomic
def return_study(
    *, actor: User, at: datetime, study: MarketStudy, note: str, version: int | None = None
) -> MarketStudy:
    """The reviewer says what is missing; the report is written anew."""
    row = locked(study, actor, "review", version)
    if not note.strip():
        raise InvalidInput(_("Say what is missing."), field="note")
    row.review_note = note.strip()
    _step(row, StudyState.PLANNED, "customers.study_returned", actor=actor, at=at, comment=row.review_note)
    key = f"study:{row.pk}:{row.version}"
    told = {"subject": row.subject, "by": actor.name, "words": row.review_note}
    notify(row.owner, "customers.study_returned", key, told, row.get_absolute_url(), at=at)
    return row


@transaction.atomic
def publish_study(
    *, actor: User, at: datetime, study: MarketStudy, note: str = "", version: int | None = None
) -> MarketStudy:
    """Reviewed by somebody other than its author, for everybody who reads market information."""
    row = locked(study, actor, "review", version)
    row.reviewer, row.published_on = actor, timezone.localdate(at)
    row.review_note = note.strip()
    return _step(
        row, StudyState.PUBLISHED, "customers.study_published", actor=actor, at=at, comment=row.review_note
    )


@transaction.atomic
def archive_study(
    *, actor: User, at: datetime, study: MarketStudy, version: int | None = None
) -> MarketStudy:
    """It is history from now on: found and read, no longer offered."""
    row = locked(study, actor, "archive", version)
    return _step(row, StudyState.ARCHIVED, "customers.study_archived", actor=actor, at=at)


def ask_of_team(*, at: datetime, team: Team, first: date, due: date) -> MarketStudy | None:
    """The report that the schedule asks of a team; ``None`` where it was asked for before."""
    head = team.head
    if head is None or MarketStudy.objects.filter(team=team, period_start=first).exists():
        return None
    today = timezone.localdate(at)
    with translation.override(
        head.language or settings.LANGUAGE_CODE
    ):  # the words are those of who writes it
        words = {
            "subject": _("Market analysis %(month)s: %(team)s") % {"month": f"{first:%Y-%m}", "team": team},
            "goal": _("What changes in the market of the team, and what follows for us."),
            "method": _("Observations, weekly reports, product demands, won and lost opportunities."),
        }
    row = MarketStudy.objects.create(
        number=next_free_number("DY", MarketStudy, on=today),
        start=first,
        end=due,
        due_on=due,
        period_start=first,
        owner=head,
        team=team,
        **words,
    )
    record("customers.study_asked", row, actor=None, at=at, data=_facts(row, due_date=due))
    return row


def due_of(first: date) -> date:
    """The day on which the report of a month of the schedule is due."""
    return first + timedelta(days=rule("customers.study_days", on=first) - 1)


@transaction.atomic
def save_market(
    *,
    actor: User,
    at: datetime,
    market: TargetMarket | None = None,
    version: int | None = None,
    **fields: Any,
) -> TargetMarket:
    """Define a target market, or define it anew (MKT-06). A size names its currency and source."""
    if market is None:
        if not can(actor, "add", TargetMarket):
            raise NotAllowed(_("Target markets are defined by people of the sales line."))
        row = TargetMarket(created_by=actor, owner=actor, team=team_on(actor, timezone.localdate(at)))
    else:
        row = locked(market, actor, "edit", version)
    for name, value in fields.items():
        setattr(row, name, value)
    if row.size is not None and row.size < 0:
        raise InvalidInput(_("An amount is zero or more."), field="size")
    if row.size is not None and row.currency is None:
        raise InvalidInput(_("Name the currency of the amount."), field="currency")
    if row.size is not None and not row.size_source.strip():
        raise InvalidInput(_("Say where the size is from."), field="size_source")
    save(row)
    verb = "customers.market_changed" if market else "customers.market_defined"
    record(verb, row, actor=actor, at=at, data={"name": row.name})
    return row


def _step(
    row: MarketStudy, to: str, verb: str, *, actor: Any, at: datetime, comment: str = ""
) -> MarketStudy:
    STUDY_MOVES.require(row.state, to, labels=dict(StudyState.choices))
    row.state = to
    save(row)
    record(verb, row, actor=actor, at=at, data=_facts(row), comment=comment)
    return row


def _facts(row: MarketStudy, **more: Any) -> dict[str, Any]:
    return {"study": row.number, "subject": row.subject} | more
