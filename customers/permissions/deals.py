"""Who may do what with leads and opportunities (requirements §I)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, Q

from customers.models import (
    Concession,
    DealCompetitor,
    DecisionMaker,
    Lead,
    LossReason,
    NegotiationNote,
    Opportunity,
    OpportunityLine,
    StageMove,
)
from customers.permissions.customers import (
    CUSTOMER_ROW,
    AssignPolicy,
    CustomerPolicy,
    OwnedPolicy,
    UnmaskPolicy,
    of_seen_customers,
    sees_all,
)
from salesops.core.choices import SALES_LINE, Role
from salesops.core.policies import NOTHING, Level, Policy, policy_of, register
from salesops.core.subjects import register_records

SELLING = {Role.REP, Role.LEAD, Role.MANAGER}


class LeadPolicy(OwnedPolicy):
    """A lead follows its owner; one in the pool is seen by the sales line and taken by whoever is first."""

    matrix = CUSTOMER_ROW
    verbs = {"contact": Level.EDIT, "screen": Level.EDIT, "convert": Level.EDIT, "rule_out": Level.EDIT,
             "reopen": Level.EDIT, "release": Level.EDIT}  # fmt: skip
    assignment = AssignPolicy()
    unmasking = UnmaskPolicy()

    def scope(self, user: Any, verb: str = "view") -> Q:
        own = super().scope(user, verb)
        if own in (Q(), NOTHING) or self.level_of(verb) > Level.VIEW or not user.has_role(*SALES_LINE):
            return own
        return own | Q(owner__isnull=True)

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if super().allows(user, verb, obj):
            return True
        return (
            isinstance(obj, Lead)
            and obj.owner_id is None
            and self.level_of(verb) <= Level.VIEW
            and super().allows(user, verb)
            and user.has_role(*SALES_LINE)
        )

    def can_claim(self, user: Any, obj: Model | None) -> bool:
        if not super().allows(user, "edit") or not user.has_role(*SELLING):
            return False
        return obj is None or getattr(obj, "owner_id", None) is None

    def can_assign(self, user: Any, obj: Model | None) -> bool:
        if isinstance(obj, Lead) and obj.owner_id is None:
            return self.assignment.allows(user, "edit")
        return self.assignment.allows(user, "edit", obj)

    def can_unmask(self, user: Any, obj: Model | None) -> bool:
        return self.unmasking.allows(user, "edit", obj)

    def can_view_sensitive(self, user: Any, obj: Model | None) -> bool:
        return self.can_unmask(user, obj)


class BottomLinePolicy(OwnedPolicy):
    """How far down we go is known to who makes the deal and to those above; finance looks on."""

    matrix = "rep:own:edit lead:team:edit manager:department:edit gm:all:view finance:department:view auditor:all:view"


class DealPolicy(OwnedPolicy):
    """A deal is changed by its owner and the team above; it is also read by whoever has the customer."""

    matrix = CUSTOMER_ROW
    verbs = {"move": Level.EDIT, "win": Level.EDIT, "lose": Level.EDIT, "hold": Level.EDIT, "note": Level.EDIT,
             "concede": Level.EDIT, "withdraw": Level.EDIT, "ask": Level.EDIT}  # fmt: skip
    assignment = AssignPolicy()
    bottom_line = BottomLinePolicy()

    def scope(self, user: Any, verb: str = "view") -> Q:
        own = super().scope(user, verb)
        if self.level_of(verb) > Level.VIEW or own in (Q(), NOTHING):
            return own
        return own | of_seen_customers(user, "see_deals")

    def scope_about(self, user: Any, customers: Sequence[int], verb: str = "view") -> Q:
        if self.level_of(verb) == Level.VIEW and sees_all(user, self, verb, customers):
            return Q()
        return self.scope_of_page(user, verb)

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if super().allows(user, verb, obj):
            return True
        if not isinstance(obj, Opportunity) or obj.pk is None or self.level_of(verb) > Level.VIEW:
            return False
        return obj.customer is not None and CustomerPolicy().allows(user, "see_deals", obj.customer)

    def can_assign(self, user: Any, obj: Model | None) -> bool:
        return self.assignment.allows(user, "edit", obj)

    def can_reopen(self, user: Any, obj: Model | None) -> bool:
        """A lost deal is taken up again by a lead or manager: it changes figures of the past."""
        return self.assignment.allows(user, "edit", obj)

    def can_view_bottom_line(self, user: Any, obj: Model | None) -> bool:
        return self.bottom_line.allows(user, "view", obj)


class OfDealPolicy(Policy):
    """What hangs on a deal is seen and changed by those who see and change the deal."""

    matrix = CUSTOMER_ROW
    owner_path = team_path = None

    def scope(self, user: Any, verb: str = "view") -> Q:
        deals = policy_of(Opportunity).scope(user, verb)
        if deals in (Q(), NOTHING):
            return deals
        return Q(opportunity__in=Opportunity.objects.filter(deals).order_by().values("pk"))

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if obj is None or obj.pk is None:
            return super().allows(user, verb)
        return policy_of(Opportunity).allows(user, verb, getattr(obj, "opportunity", None))


class ConcessionPolicy(OfDealPolicy):
    """Asked for by who makes the deal; the floor itself is shown to those who see floor prices."""

    verbs = {"withdraw": Level.EDIT, "ask": Level.EDIT}


class ReasonPolicy(Policy):
    """The list of loss reasons: read by everybody in sales, kept by the department manager."""

    matrix = (
        "rep:all:view assistant:all:view lead:all:view manager:all:edit gm:all:view finance:all:view "
        "service:all:view auditor:all:view administrator:all:edit"
    )
    owner_path = team_path = None


def register_policies() -> None:
    """Called when the app is ready."""
    register(Lead, LeadPolicy())
    register(Opportunity, DealPolicy())
    register(LossReason, ReasonPolicy())
    for model in (OpportunityLine, StageMove, DecisionMaker, DealCompetitor, NegotiationNote):
        register(model, OfDealPolicy())
    register(Concession, ConcessionPolicy())
    register_records(Lead, Opportunity, Concession)
