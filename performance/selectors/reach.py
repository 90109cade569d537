"""Whose facts a person may see, as one condition for figures and for their rows (quality Z4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from performance.choices import Dimension
from performance.models import KpiFact
from salesops.core.policies import policy_of


@dataclass(frozen=True)
class Reach:
    """Own facts and those of the teams; ``everything`` lifts both."""

    everything: bool = False
    owner_id: int | None = None
    team_ids: tuple[int, ...] = ()

    def covers(self, team: int) -> bool:
        """Are all facts of this unit within reach?"""
        return self.everything or team in self.team_ids


EVERYTHING = Reach(everything=True)


def reach_of(user: Any) -> Reach:
    """The reach of a person over facts, read from the policy of ``KpiFact`` (and from nowhere else)."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Reach()
    rights = policy_of(KpiFact).rights
    teams: set[int] = set()
    owner_id = None
    for grant in user.grants():
        if grant.role not in rights:
            continue
        scope = rights[grant.role][0]
        if scope == "all" or (scope == "department" and grant.department is None):
            return EVERYTHING
        owner_id = user.pk
        if scope == "team":
            teams |= grant.teams
        elif scope == "department":
            teams |= grant.department or frozenset()
    return Reach(owner_id=owner_id, team_ids=tuple(sorted(teams)))


@dataclass(frozen=True)
class Selection:
    """What is asked for within the reach: a person, a unit with all below it, days of the rows, a region, a category.

    ``region`` and ``category`` are names; an empty one means the rows without.
    """

    owner_id: int | None = None
    team_ids: tuple[int, ...] | None = None
    first: date | None = None
    last: date | None = None
    region: str | None = None
    category: str | None = None

    @property
    def narrowed(self) -> tuple[Dimension, ...]:
        """The dimensions of which only a part is counted, so that no target is meant for it."""
        parts = {Dimension.REGION: self.region, Dimension.CATEGORY: self.category}
        return tuple(by for by, name in parts.items() if name is not None)


def conditions(reach: Reach, selection: Selection | None) -> tuple[list[str], dict[str, Any]]:
    """SQL conditions over ``facts`` and their parameters."""
    where: list[str] = []
    params: dict[str, Any] = {}
    if not reach.everything:
        where.append("(owner_id = %(reach_owner)s OR team_id = ANY(%(reach_teams)s::bigint[]))")
        params |= {"reach_owner": reach.owner_id, "reach_teams": list(reach.team_ids)}
    if selection and selection.owner_id is not None:
        where.append("owner_id = %(only_owner)s")
        params["only_owner"] = selection.owner_id
    if selection and selection.team_ids is not None:
        where.append("team_id = ANY(%(only_teams)s::bigint[])")
        params["only_teams"] = list(selection.team_ids)
    if selection and selection.first:
        where.append("date >= %(only_from)s")
        params["only_from"] = selection.first
    if selection and selection.last:
        where.append("date <= %(only_to)s")
        params["only_to"] = selection.last
    if selection and selection.region is not None:
        where.append("COALESCE(region, '') = %(only_region)s")
        params["only_region"] = selection.region
    if selection and selection.category is not None:
        where.append("COALESCE(category, '') = %(only_category)s")
        params["only_category"] = selection.category
    return where, params
