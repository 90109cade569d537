"""Who may do what with market information: shared with all who sell, answer or make (COM-06)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Model, Q

from customers.models import (
    Campaign,
    CampaignCost,
    CampaignGuest,
    Competitor,
    Customer,
    MarketWeek,
    Observation,
    ProductDemand,
)
from customers.permissions.customers import OwnedPolicy
from salesops.accounts.selectors import team_on
from salesops.core.choices import Role
from salesops.core.policies import NOTHING, Level, Policy, policy_of, register
from salesops.core.subjects import register_records

READERS = "gm:all:view finance:all:view service:all:view operations:all:view auditor:all:view"


class SharedPolicy(OwnedPolicy):
    """Read by every role of the row, whoever wrote it; changed by who wrote it and the team above."""

    matrix = f"rep:own:edit assistant:team:edit lead:team:edit manager:department:edit {READERS}"
    by_rights = True

    def scope(self, user: Any, verb: str = "view") -> Q:
        if self.level_of(verb) > Level.VIEW:
            return super().scope(user, verb)
        return Q() if self.allows(user, verb) else NOTHING

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        reads = obj is not None and self.level_of(verb) <= Level.VIEW
        return super().allows(user, verb, None if reads else obj)


class CompetitorPolicy(Policy):
    """One file per competitor for the whole house; all who sell keep it up."""

    matrix = f"rep:all:edit assistant:all:edit lead:all:edit manager:all:edit {READERS}"
    owner_path = team_path = None


class CampaignPolicy(SharedPolicy):
    """Planned by leads, managers and their assistants; seen by all who sell."""

    matrix = f"rep:own:view assistant:team:edit lead:team:edit manager:department:edit {READERS}"
    verbs = {"start": Level.EDIT, "evaluate": Level.EDIT, "close": Level.EDIT, "cancel": Level.EDIT,
             "cost": Level.EDIT, "ask": Level.EDIT}  # fmt: skip

    def can_invite(self, user: Any, obj: Model | None) -> bool:
        """All who sell bring their customers, also to a campaign that others plan."""
        sells = user.has_role(Role.REP, Role.ASSISTANT, Role.LEAD, Role.MANAGER)
        return sells and self.allows(user, "view", obj)


class OfCampaignPolicy(SharedPolicy):
    """Costs and guests follow their campaign."""

    matrix = CampaignPolicy.matrix
    owner_path = "campaign__owner"
    team_path = "campaign__team"


class CostPolicy(OfCampaignPolicy):
    """What a campaign costs is no matter of reps and the workshop."""

    matrix = "assistant:team:edit lead:team:edit manager:department:edit gm:all:view finance:all:view auditor:all:view"


class GuestPolicy(OwnedPolicy):
    """A guest is a customer: seen by those who see the customer."""

    matrix = CampaignPolicy.matrix
    owner_path = "customer__owner"
    team_path = "customer__team"

    def scope(self, user: Any, verb: str = "view") -> Q:
        seen = policy_of(Customer).scope(user)
        if seen in (Q(), NOTHING):
            return seen
        return Q(customer__in=Customer.objects.filter(seen).order_by().values("pk"))

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if obj is None or obj.pk is None:
            return super().allows(user, verb)
        return policy_of(Customer).allows(user, "view", getattr(obj, "customer", None))


class WeekPolicy(OwnedPolicy):
    """A team's week is written by its people and read above."""

    matrix = f"rep:own:edit assistant:team:edit lead:team:edit manager:department:edit {READERS}"
    verbs = {"submit": Level.EDIT}


def teams_in_reach(user: Any, *, on: date) -> set[int]:
    """The person's own team and those for whose week the roles answer."""
    own = team_on(user, on)
    teams = {own.pk} if own is not None else set()
    for grant in user.grants():
        scope, _level = WeekPolicy().rights.get(grant.role, ("", None))
        if scope == "team":
            teams |= set(grant.teams)
        elif scope == "department":
            teams |= set(grant.department or ())
    return teams


class DemandPolicy(SharedPolicy):
    """Raised by all who sell or serve; decided by those who make the goods and by the manager."""

    matrix = (
        "rep:own:edit assistant:team:edit lead:team:edit manager:department:approve gm:all:view finance:all:view "
        "service:own:edit operations:all:approve auditor:all:view"
    )
    verbs = {"decide": Level.APPROVE}

    def can_decide(self, user: Any, obj: Model | None) -> bool:
        if not self.allows(user, "approve"):
            return False
        return user.has_role(Role.OPERATIONS) or self.allows(user, "approve", obj)


def register_policies() -> None:
    """Called when the app is ready."""
    register(Competitor, CompetitorPolicy())
    register(Observation, SharedPolicy())
    register(MarketWeek, WeekPolicy())
    register(Campaign, CampaignPolicy())
    register(CampaignCost, CostPolicy())
    register(CampaignGuest, GuestPolicy())
    register(ProductDemand, DemandPolicy())
    register_records(Observation, Campaign, ProductDemand)
