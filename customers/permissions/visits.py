"""Who may do what with visit plans."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q

from customers.models import (
    CalendarFeed,
    Checklist,
    ChecklistItem,
    CustomerPlace,
    LastContact,
    Reception,
    ReceptionItem,
    ReceptionStop,
    Visit,
    VisitAnswer,
    VisitCheckIn,
    VisitPlan,
    VisitPlanLine,
)
from customers.permissions.customers import OfCustomerPolicy, OwnedPolicy, VisitPolicy
from salesops.core.choices import Role
from salesops.core.policies import Level, Policy, policy_of, register
from salesops.core.subjects import register_records

PLAN_ROW = "rep:own:edit assistant:team:edit lead:team:approve manager:department:approve gm:all:view auditor:all:view"


class VisitPlanPolicy(OwnedPolicy):
    """Plans are written by who carries them out (or the assistant), read and reviewed by those above."""

    matrix = PLAN_ROW
    verbs = {"submit": Level.EDIT, "check": Level.EDIT}

    def can_review(self, user: Any, obj: Model | None) -> bool:
        """The superiors; nobody reviews the own plan."""
        return self.allows(user, "approve", obj) and (obj is None or obj.owner_id != user.pk)


class VisitPlanLinePolicy(OwnedPolicy):
    """Lines follow their plan."""

    matrix = PLAN_ROW
    owner_path = "plan__owner"
    team_path = "plan__team"


class OfVisitPolicy(Policy):
    """Check-ins and answers are seen and changed by those who see and change their visit."""

    matrix = VisitPolicy.matrix
    verbs = VisitPolicy.verbs

    def scope(self, user: Any, verb: str = "view") -> Q:
        visits = Visit.objects.filter(policy_of(Visit).scope(user, verb)).order_by()
        return Q(visit__in=visits.values("pk"))

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        return policy_of(Visit).can(user, verb, getattr(obj, "visit", None))


class ReceptionPolicy(OwnedPolicy):
    """Prepared by the host, the assistant and the team above; read by whoever sees visits."""

    matrix = VisitPolicy.matrix
    verbs = {"prepare": Level.EDIT}


class ReceptionItemPolicy(OwnedPolicy):
    """Points follow their reception; the units see their own request."""

    matrix = VisitPolicy.matrix
    owner_path = "reception__owner"
    team_path = "reception__team"


class FeedPolicy(Policy):
    """Everybody's calendar feed is their own; nobody reads about another's."""

    matrix = " ".join(f"{role}:own:edit" for role in Role.values)
    team_path = None


class ChecklistPolicy(Policy):
    """Everybody may know what is asked; administrators and managers write it."""

    matrix = " ".join(
        f"{role}:all:{'edit' if role in (Role.ADMINISTRATOR, Role.MANAGER) else 'view'}"
        for role in Role.values
    )
    owner_path = team_path = None


def register_visit_policies() -> None:
    """Called when the app is ready."""
    register(CustomerPlace, OfCustomerPolicy())
    register(LastContact, OfCustomerPolicy())
    register(VisitCheckIn, OfVisitPolicy())
    register(VisitAnswer, OfVisitPolicy())
    register(CalendarFeed, FeedPolicy())
    register(Checklist, ChecklistPolicy())
    register(Reception, ReceptionPolicy())
    register(ReceptionItem, ReceptionItemPolicy())
    register(ReceptionStop, ReceptionItemPolicy())
    register(ChecklistItem, ChecklistPolicy())
    register(VisitPlan, VisitPlanPolicy())
    register(VisitPlanLine, VisitPlanLinePolicy())
    register_records(VisitPlan, Reception)
