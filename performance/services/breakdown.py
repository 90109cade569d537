"""Breaking targets down by periods, teams and people, to the cent (TGT-01, TGT-02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from performance.choices import places_of_target
from performance.kpis.registry import kpi_of
from performance.models import Target
from performance.services.targets import set_target
from salesops.accounts.models import Team, User
from salesops.core.errors import InvalidInput
from salesops.core.money import split_exactly
from salesops.core.periods import Period


@transaction.atomic
def break_down_by_period(
    *, actor: User | None, at: datetime, target: Target, weights: Sequence[Decimal | int] | None = None
) -> list[Target]:
    """Split a year into quarters or a quarter into months, to the cent (TGT-02, quality B13).

    ``weights`` default to equal shares. Existing children get the new share; history is kept.
    """
    period = target.period
    parts = _children(period)
    if not parts:
        raise InvalidInput(
            _("A month is not broken down any further."), way_out=_("Break it down by teams and people.")
        )
    _refuse_indivisible(target)
    shares = _shares(target, weights or [1] * len(parts), len(parts))
    return [
        set_target(
            actor=actor,
            at=at,
            metric=target.metric,
            period=part,
            value=share,
            staff=target.staff,
            team=target.team,
            reason=_("Broken down from %(period)s") % {"period": period.code},
        )[0]
        for part, share in zip(parts, shares, strict=True)
    ]


@transaction.atomic
def break_down_by_unit(
    *,
    actor: User | None,
    at: datetime,
    target: Target,
    units: Sequence[Team | User],
    weights: Sequence[Decimal | int] | None = None,
) -> list[Target]:
    """Split a team's target over units below it, teams or people, to the cent (TGT-01)."""
    if target.team_id is None:
        raise InvalidInput(_("Only a team's target can be split over teams and people."))
    if not units:
        raise InvalidInput(
            _("There is nobody to split this target over."), way_out=_("Add people to the team first.")
        )
    _refuse_indivisible(target)
    shares = _shares(target, weights or [1] * len(units), len(units))
    return [
        set_target(
            actor=actor,
            at=at,
            metric=target.metric,
            period=target.period,
            value=share,
            staff=unit if isinstance(unit, User) else None,
            team=unit if isinstance(unit, Team) else None,
            reason=_("Broken down from %(team)s") % {"team": target.team},
        )[0]
        for unit, share in zip(units, shares, strict=True)
    ]


def units_below(team: Team, on: date) -> list[Team | User]:
    """What a team's target is split over: its teams, or where it has none, its people of that day."""
    teams = list(Team.objects.filter(parent=team, is_active=True).order_by("path", "pk"))
    if teams:
        return list(teams)
    members = User.objects.filter(memberships__in=team.memberships.in_force(on), is_active=True)
    return list(members.distinct().order_by("name", "pk"))


def _children(period: Period) -> list[Period]:
    months = list(period.months())
    if period.kind == "quarter":
        return months
    if period.kind == "year":
        return [Period.quarter_of(months[n].start) for n in (0, 3, 6, 9)]
    return []


def _shares(target: Target, weights: Sequence[Decimal | int], count: int) -> list[Decimal]:
    if len(weights) != count:
        raise InvalidInput(_("There must be one share for each part."), field="weights")
    places = places_of_target(kpi_of(target.metric).unit)
    try:
        return split_exactly(target.value, weights, places)
    except (ValueError, ArithmeticError):
        raise InvalidInput(
            _("The shares must be zero or more and add up to more than zero."), field="weights"
        ) from None


def _refuse_indivisible(target: Target) -> None:
    kpi = kpi_of(target.metric)
    if kpi.ratio or not kpi.additive:
        raise InvalidInput(
            _("“%(kpi)s” is not a sum; its target cannot be split.") % {"kpi": kpi.title},
            way_out=_("Set a target for each part by itself."),
        )
