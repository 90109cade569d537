"""Setting and changing targets; every change keeps what was before (TGT-03, TGT-04, TGT-13)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from performance.choices import places_of_target
from performance.kpis.registry import kpi_of
from performance.models import MonthClose, Target, TargetChange
from performance.permissions import may_set
from performance.services.target_changes import ask_for_change, needs_signature
from salesops.accounts.asking import ask_above
from salesops.accounts.models import Membership, Team, User
from salesops.accounts.selectors import team_on
from salesops.approvals.models import ApprovalRequest
from salesops.audit import services as audit
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import advisory_lock, lock_row
from salesops.core.money import round_money
from salesops.core.periods import Period
from salesops.core.policies import can

MOST = Decimal("9999999999999.99")  # numeric(18,4) holds a little more


@transaction.atomic
def set_target(
    *,
    actor: User | None,
    at: datetime,
    metric: str,
    period: Period,
    value: Decimal,
    staff: User | None = None,
    team: Team | None = None,
    reason: str = "",
) -> tuple[Target, bool]:
    """Give one person or one team its target for a KPI and a period; an existing one is changed.

    Returns the target and whether it is new. The same value again changes nothing. Raises ``InvalidInput``,
    ``Conflict`` for a closed period, ``NotAllowed``.
    """
    metric, value = _checked(metric, value, staff, team)
    refuse_closed(period)
    # One lock for all targets of a KPI and a period: a file of many thousands would use up the database's locks.
    advisory_lock(f"performance.target.{metric}.{period.code}")
    found = Target.objects.filter(
        metric=metric, period_start=period.start, period_end=period.end, staff=staff, team=team
    ).first()
    if found:
        if found.value != value:
            change_or_ask(actor=actor, at=at, target=found, value=value, reason=reason)
            found.refresh_from_db()
        return found, False
    target = Target(
        metric=metric,
        period_start=period.start,
        period_end=period.end,
        staff=staff,
        team=team,
        value=value,
        scope_team=team or team_on(staff, _middle(period)),
        created_by=actor,
    )
    _require_right(actor, target)
    target.save()
    _write_history(target, None, actor=actor, at=at, reason=reason)
    return target, True


class NewTargets:
    """Many new targets at once (a file): checked one by one in memory as ``set_target`` checks, then written together.

    Made inside the transaction that writes them: the targets of the named KPIs and periods are locked first.
    """

    def __init__(
        self, *, actor: User | None, places: Iterable[tuple[str, Period]], staff: Iterable[User]
    ) -> None:
        self.actor = actor
        self.waiting: list[Target] = []
        self._locked = sorted({(metric, period.code) for metric, period in places})
        for metric, code in self._locked:
            advisory_lock(f"performance.target.{metric}.{code}")
        self._closed = set(MonthClose.objects.values_list("first_date", flat=True))
        self._allowed: dict[int | None, bool] = {}
        self._stays: dict[int, list[Membership]] = {}
        for stay in Membership.objects.filter(user__in=list(staff)).select_related("team"):
            self._stays.setdefault(stay.user_id, []).append(stay)

    def add(
        self,
        *,
        metric: str,
        period: Period,
        value: Decimal,
        staff: User | None = None,
        team: Team | None = None,
    ) -> Target:
        """One target that nobody has yet. Raises what ``set_target`` raises."""
        metric, value = _checked(metric, value, staff, team)
        if Period.month_of(period.end).start in self._closed:
            refuse_closed(period)
        if (metric, period.code) not in self._locked:
            raise ValueError("the targets of this KPI and period were not locked")
        target = Target(
            metric=metric,
            period_start=period.start,
            period_end=period.end,
            staff=staff,
            team=team,
            value=value,
            scope_team=team or self._team_of(staff, _middle(period)),
            created_by=self.actor,
        )
        unit = target.scope_team_id
        if not self._allowed.get(unit):
            _require_right(self.actor, target)
            self._allowed[unit] = True
        self.waiting.append(target)
        return target

    def _team_of(self, person: User | None, day: date) -> Team | None:
        stays = self._stays.get(person.pk, []) if person else []
        return next(
            (s.team for s in stays if s.from_date <= day and (s.to_date is None or s.to_date >= day)), None
        )

    def write(self, *, at: datetime, reason: str) -> list[TargetChange]:
        """Targets, their history and their entries on the timelines."""
        Target.objects.bulk_create(self.waiting, batch_size=2000)
        changes = TargetChange.objects.bulk_create(
            [
                TargetChange(
                    target=target, new_value=target.value, reason=reason, changed_at=at, changed_by=self.actor
                )
                for target in self.waiting
            ],
            batch_size=2000,
        )
        entries = [((t, t.subject), _told(t, None, reason)) for t in self.waiting]
        audit.record_many("performance.target_set", entries, actor=self.actor, at=at)
        self.waiting = []
        return changes


@transaction.atomic
def change_or_ask(
    *,
    actor: User | None,
    at: datetime,
    target: Target,
    value: Decimal,
    reason: str = "",
    version: int | None = None,
) -> Target | ApprovalRequest:
    """Change a target where nobody stands above; else ask who does, and the last signature changes it (TGT-13).

    Raises what ``change_target`` raises, and ``Conflict`` when another change waits for its signature.
    """
    if not needs_signature(actor, at=at):
        return change_target(actor=actor, at=at, target=target, value=value, reason=reason, version=version)
    locked, value = _changeable(target, actor=actor, value=value, version=version)
    if actor is None or value == locked.value:
        return locked
    return ask_for_change(actor=actor, at=at, target=locked, value=value, reason=reason)


@transaction.atomic
def change_target(
    *,
    actor: User | None,
    at: datetime,
    target: Target,
    value: Decimal,
    reason: str = "",
    version: int | None = None,
) -> Target:
    """Give a target another value, keeping the old one in its history.

    Raises ``Conflict`` when somebody changed it meanwhile (``version``) or the period is closed.
    """
    target, value = _changeable(target, actor=actor, value=value, version=version)
    return write_change(target, value, actor=actor, at=at, reason=reason)


def _changeable(
    target: Target, *, actor: User | None, value: Decimal, version: int | None
) -> tuple[Target, Decimal]:
    """The target, locked, and the value as it may be written by this person."""
    target = lock_row(Target.objects.all(), target.pk)
    if version is not None and version != target.version:
        raise Conflict(
            _("Somebody else changed this target meanwhile."),
            way_out=_("Reload the page and look at the new value first."),
        )
    if actor is not None and not can(actor, "edit", target):
        raise NotAllowed(
            _("You may not change this target."),
            way_out=_("Ask the superior of the team."),
            release=ask_above(actor, _("Please look at the target %(target)s") % {"target": target}, target),
        )
    value = _checked_value(target.metric, value)
    refuse_closed(target.period)
    return target, value


def write_change(target: Target, value: Decimal, *, actor: User | None, at: datetime, reason: str) -> Target:
    """Write the new value of a locked target with its history; the same value changes nothing."""
    refuse_closed(target.period)
    if value == target.value:
        return target
    old, target.value = target.value, value
    target.version += 1
    target.save(update_fields=["value", "version", "updated_at"])
    _write_history(target, old, actor=actor, at=at, reason=reason)
    return target


def refuse_closed(period: Period) -> None:
    """A target of a closed period is part of the frozen figures."""
    if MonthClose.objects.filter(first_date=Period.month_of(period.end).start).exists():
        raise Conflict(
            _("%(period)s is closed; its targets no longer change.") % {"period": period.code},
            way_out=_("Set the target of a running or coming period."),
            clause="performance.close_automatically",
            period=period.code,
        )


def _middle(period: Period) -> date:
    return period.start + (period.end - period.start) / 2


def _checked(metric: str, value: Decimal, staff: User | None, team: Team | None) -> tuple[str, Decimal]:
    """Code of the KPI and the value as it is kept; a target is for one person or one team."""
    metric = _checked_metric(metric)
    value = _checked_value(metric, value)
    if (staff is None) == (team is None):
        raise InvalidInput(
            _("A target is for one person or for one team."),
            field="staff",
            way_out=_("Fill either the person or the team."),
        )
    return metric, value


def _checked_metric(metric: str) -> str:
    kpi = kpi_of(metric)
    if kpi.of:
        raise InvalidInput(
            _("“%(kpi)s” follows from another target.") % {"kpi": kpi.title},
            field="metric",
            way_out=_("Set a target for “%(kpi)s”.") % {"kpi": kpi_of(kpi.of).title},
        )
    return kpi.code


def _checked_value(metric: str, value: Decimal) -> Decimal:
    kpi = kpi_of(metric)
    fits = value.is_finite() and 0 <= value <= MOST
    if not fits:
        raise InvalidInput(
            _("A target is zero or more."), field="value", way_out=_("Write the value to be reached.")
        )
    rounded = round_money(value, places_of_target(kpi.unit))
    if kpi.ratio and rounded > 1:
        raise InvalidInput(
            _("The target of a rate is a fraction between 0 and 1."),
            field="value",
            way_out=_("Write 0.95 for 95 percent."),
        )
    return rounded


def _require_right(actor: User | None, target: Target) -> None:
    """A new row has no key yet: it is judged by the unit it stands for."""
    if actor is not None and not may_set(actor, target):
        raise NotAllowed(
            _("You may not set targets for %(subject)s.") % {"subject": target.subject},
            way_out=_("Targets are set by the head of the unit or above."),
        )


def _write_history(
    target: Target, old: Decimal | None, *, actor: User | None, at: datetime, reason: str
) -> None:
    TargetChange.objects.create(
        target=target, old_value=old, new_value=target.value, reason=reason, changed_at=at, changed_by=actor
    )
    audit.record(
        "performance.target_set" if old is None else "performance.target_changed",
        target,
        target.subject,
        actor=actor,
        at=at,
        data=_told(target, old, reason),
    )


def _told(target: Target, old: Decimal | None, reason: str) -> dict[str, str | None]:
    return {
        "metric": target.metric,
        "period": target.period.code,
        "subject": str(target.subject),
        "old": None if old is None else str(old),
        "new": str(target.value),
        "reason": reason,
    }
