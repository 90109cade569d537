"""Setting rule values. History is not rewritten: a value holds from today or a later day on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from salesops.audit.services import record
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, InvalidInput, NotAllowed
from salesops.core.locking import advisory_lock
from salesops.core.policies import can
from salesops.handbook import kept
from salesops.handbook.models import Acknowledgement, RuleValue
from salesops.handbook.reading import readings
from salesops.handbook.registry import RuleParameter, rules
from salesops.handbook.values import read


@transaction.atomic
def set_rule_value(
    key: str,
    value: Any,
    from_date: date,
    reason: str,
    *,
    actor: Any,
    at: datetime,
    allow_past: bool = False,
) -> RuleValue:
    """Give a rule a value from a day on, until the next value's day.

    ``value`` is what a person typed or a plain value; it is checked against the rule's kind and limits. A
    value for today or a later day replaces one set for the same day. Days that are over are refused, because
    what was decided then was decided by the value of then; ``allow_past`` is for commands that set up a new
    company (first set-up, demo), never for a page. Raises ``InvalidInput``, ``NotAllowed``.
    """
    parameter = _parameter(key)
    _require(actor)
    today = timezone.localdate(at)
    if from_date < today and not allow_past:
        raise InvalidInput(
            _("A rule cannot change for a day that is over (%(date)s).")
            % {"date": date_format(from_date, "DATE_FORMAT")},
            field="from_date",
            way_out=_("Choose today or a later day: history is not rewritten."),
        )
    stored = read(parameter, value)
    if not reason.strip() and actor is not None:
        raise InvalidInput(_("Say why the rule changes."), field="reason")
    advisory_lock(f"handbook {key}")
    row = RuleValue.objects.filter(key=key, from_date=from_date).first()
    before = row.value if row else None
    if row and row.value == stored and row.reason == reason.strip():
        return row
    row = row or RuleValue(key=key, from_date=from_date)
    row.value, row.reason, row.set_by, row.set_at = stored, reason.strip()[:300], actor, at
    row.save()
    kept.forget()
    data = {"rule": key, "clause": parameter.clause, "value": stored, "from_date": from_date}
    record(
        "handbook.value_set", row, actor=actor, at=at, data={**data, "before": before, "reason": row.reason}
    )
    return row


@transaction.atomic
def withdraw_rule_value(value: RuleValue, *, actor: Any, at: datetime) -> None:
    """Take back a value that is not in force yet. Raises ``InvalidInput`` once its day has come."""
    _require(actor)
    advisory_lock(f"handbook {value.key}")
    row = RuleValue.objects.get(pk=value.pk)
    if row.from_date <= timezone.localdate(at):
        raise InvalidInput(
            _("This value is in force already."), way_out=_("Set another value from a later day on.")
        )
    record(
        "handbook.value_withdrawn",
        row,
        actor=actor,
        at=at,
        data={"rule": row.key, "value": row.value, "from_date": row.from_date},
    )
    row.delete()
    kept.forget()


def _parameter(key: str) -> RuleParameter:
    parameter = rules.get(key)
    if parameter is None:
        raise InvalidInput(_("The handbook has no rule “%(key)s”.") % {"key": key}, field="key")
    return parameter


def _require(actor: Any) -> None:
    if actor is not None and not can(actor, "add", RuleValue):
        raise NotAllowed(
            _("Only administrators change the handbook."),
            way_out=_("Ask an administrator, and say why the rule should change."),
            release=AskOffer(_("Please change a rule of the handbook"), roles=(Role.ADMINISTRATOR,)),
        )


@transaction.atomic
def acknowledge(chapter: str, *, actor: Any, at: datetime) -> Acknowledgement:
    """The person has read a chapter as it holds today; doing it again changes nothing. Raises ``InvalidInput``."""
    reading = readings(timezone.localdate(at)).get(chapter)
    if reading is None:
        raise InvalidInput(_("There is no such chapter."), field="chapter")
    row, created = Acknowledgement.objects.get_or_create(
        user=actor, chapter=reading.key, edition=reading.edition, defaults={"at": at}
    )
    if created:
        data = {"chapter": str(reading.title), "edition": reading.edition.isoformat()}
        record("handbook.acknowledged", actor, actor=actor, at=at, data=data)
    return row
