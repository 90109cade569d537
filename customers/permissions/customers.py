"""Who may do what with customer files and visits (requirements §I)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, Q

from customers.choices import ClaimState
from customers.errors import merged_words
from customers.models import (
    Address,
    Collaborator,
    Contact,
    Customer,
    CustomerMerge,
    CustomerOwnership,
    GroupLink,
    OwnershipClaim,
    TaxProfile,
    Visit,
)
from customers.permissions.sharing import co_owned, files_of_page, helps, shared, shares
from salesops.core.policies import (
    NOTHING,
    Level,
    Policy,
    among_few,
    holds_all,
    one_of,
    register,
)
from salesops.core.reading import once
from salesops.core.subjects import register_records

CUSTOMER_ROW = (
    "rep:own:edit assistant:team:edit lead:team:edit manager:department:edit "
    "gm:all:view finance:department:view service:department:view auditor:all:view"
)
CREDIT_FIELDS = ("credit_limit", "payment_term")


class OwnedPolicy(Policy):
    """Answers about one row from the row itself (owner and team are on it), without a query."""

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if obj is None or obj.pk is None or not getattr(user, "is_authenticated", False):
            return super().allows(user, verb, obj)
        need = self.level_of(verb)
        holder, _sep, _name = (self.owner_path or "owner").rpartition("__")
        row = getattr(obj, holder) if holder else obj
        return user.is_active and any(
            self._reaches(user, grant, self.rights[grant.role][0], row)
            for grant in user.grants()
            if grant.role in self.rights and self.rights[grant.role][1] >= need
        )


class CreditTermsPolicy(OwnedPolicy):
    """Credit limit and payment terms of a customer: everybody around the customer sees them, few set them."""

    matrix = (
        "rep:own:view assistant:team:view lead:team:view manager:department:approve gm:all:approve "
        "finance:department:approve auditor:all:view"
    )


class AssignPolicy(OwnedPolicy):
    """Handing a customer to another owner is for leads and managers."""

    matrix = "lead:team:edit manager:department:edit"


class UnmaskPolicy(OwnedPolicy):
    """Who may see telephone numbers and e-mail addresses in full, by an act that is logged."""

    matrix = (
        "rep:own:edit assistant:team:edit lead:team:edit manager:department:edit "
        "gm:all:edit finance:department:edit service:department:edit"
    )


class InvitePolicy(OwnedPolicy):
    """Inviting somebody to a file."""

    matrix = "rep:own:edit lead:team:edit manager:department:edit"


class BlockPolicy(OwnedPolicy):
    """Blocking customers."""

    matrix = "manager:department:edit gm:all:edit"


class FilePolicy(OwnedPolicy):
    """The file also belongs to co-owners and, for a time, to people invited to it (``customer_key``: where it is)."""

    customer_key = "pk"
    # Verbs for which an invitation is not enough: they are of those who have the customer, alone or with others.
    of_holders: frozenset[str] = frozenset()

    def scope(self, user: Any, verb: str = "view") -> Q:
        rows = super().scope(user, verb)
        need = self.level_of(verb)
        if (
            rows == Q()
            or need > Level.EDIT
            or not getattr(user, "is_authenticated", False)
            or not user.is_active
        ):
            return rows
        guests = verb not in self.of_holders
        with_others = shared(self.customer_key, user, self.teams_of(user), need, guests=guests)
        return with_others if rows == NOTHING else rows | with_others

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if super().allows(user, verb, obj):
            return True
        if (
            obj is None
            or obj.pk is None
            or not getattr(user, "is_authenticated", False)
            or not user.is_active
        ):
            return False
        customer = obj if self.customer_key == "pk" else getattr(obj, "customer", None)
        need = self.level_of(verb)
        if customer is None or need > Level.EDIT:
            return False
        if verb in self.of_holders:
            return shares(user, customer, self.teams_of(user))
        return helps(user, customer, need, self.teams_of(user))

    def teams_of(self, user: Any) -> frozenset[int]:
        """Teams whose shared customers are the person's to see."""
        mine = [g.teams for g in user.grants() if self.rights.get(g.role, ("", 0))[0] == "team"]
        return frozenset[int]().union(*mine)


# What is still done with a file that was merged into another one: it is looked at, nothing else.
READING = frozenset(
    {
        "view",
        "list",
        "export",
        "comment",
        "view_credit",
        "view_sensitive",
        "view_history",
        "unmask",
        "see_deals",
    }
)


class CustomerPolicy(FilePolicy):
    """The customer file follows its owner and the owner's team, its co-owners and who is invited to it."""

    matrix = CUSTOMER_ROW
    verbs = {"plan_visit": Level.EDIT, "log_visit": Level.EDIT, "add_contact": Level.EDIT, "open_deal": Level.EDIT,
             "see_deals": Level.VIEW}  # fmt: skip
    of_holders = frozenset({"open_deal", "see_deals"})
    credit = CreditTermsPolicy()
    assignment = AssignPolicy()
    unmasking = UnmaskPolicy()
    invitation = InvitePolicy()
    blocking = BlockPolicy()

    def scope(self, user: Any, verb: str = "view") -> Q:
        rows = super().scope(user, verb)
        if self.level_of(verb) <= Level.VIEW or rows == NOTHING:
            return rows
        stands = Q(merged_into__isnull=True)
        return stands if rows == Q() else rows & stands

    def can(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if isinstance(obj, Customer) and obj.merged_into_id is not None and verb not in READING:
            return False
        return super().can(user, verb, obj)

    def why_not(self, user: Any, verb: str, obj: Model | None = None) -> tuple[Any, Any] | None:
        if isinstance(obj, Customer) and obj.merged_into_id is not None:
            return merged_words(obj)
        return None

    def can_view_history(self, user: Any, obj: Model | None) -> bool:
        """The timeline tells of deals, orders and money, too: not for who is only invited to the file."""
        return self.allows(user, "see_deals", obj)

    def can_view_credit(self, user: Any, obj: Model | None) -> bool:
        return self.credit.allows(user, "view", obj)

    def can_set_credit(self, user: Any, obj: Model | None) -> bool:
        return self.credit.allows(user, "edit", obj)

    def can_assign(self, user: Any, obj: Model | None) -> bool:
        return self.assignment.allows(user, "edit", obj)

    def can_unmask(self, user: Any, obj: Model | None) -> bool:
        return self.unmasking.allows(user, "edit", obj)

    def can_view_sensitive(self, user: Any, obj: Model | None) -> bool:
        return self.can_unmask(user, obj)

    def can_share(self, user: Any, obj: Model | None) -> bool:
        """Dividing the credit of a customer is for who hands customers over."""
        return self.can_assign(user, obj)

    def can_invite(self, user: Any, obj: Model | None) -> bool:
        """Inviting others is for the owner and those above, not for who was invited."""
        return self.invitation.allows(user, "edit", obj)

    def can_release(self, user: Any, obj: Model | None) -> bool:
        """Giving a customer up to the pool: the owner and those above."""
        return getattr(obj, "owner_id", None) is not None and self.invitation.allows(user, "edit", obj)

    def can_block(self, user: Any, obj: Model | None) -> bool:
        """Refusing a customer is for the department manager and the general manager (CUS-08)."""
        return self.blocking.allows(user, "edit", obj)

    def can_unblock(self, user: Any, obj: Model | None) -> bool:
        return bool(getattr(obj, "blocked_scope", "")) and self.can_block(user, obj)

    def can_merge(self, user: Any, obj: Model | None) -> bool:
        return self.can_assign(user, obj)

    def held_by(self, user: Any, teams: Any = ()) -> Q:
        """Customers whose documents the person reaches: the own ones, those of the teams, and shared ones."""
        rows = Q(owner=user) | Q(team__in=teams) if teams else Q(owner=user)
        return rows | among_few("pk", co_owned(user, frozenset(teams)))

    def held_keys(self, user: Any) -> str | None:
        """The same of a person alone as a list of keys, where a page is read and they are not very many."""
        files = files_of_page(user)
        return files.held if files is not None else None

    def holds(self, user: Any, teams: Any, keys: Sequence[int]) -> bool:
        """Are all these customers the person's own, or of these teams? Asked once by a page; shares are left out."""
        people = holders_of(tuple(keys))
        return len(people) == len(set(keys)) and all(
            owner == user.pk or (team is not None and team in teams) for owner, team in people
        )


def holders_of(keys: tuple[int, ...]) -> list[tuple[int | None, int | None]]:
    """Owner and team of these customers."""
    rows = Customer._base_manager.filter(pk__in=keys).order_by()
    return once(("holders", keys), lambda: list(rows.values_list("owner_id", "team_id")))


def know_holder(customer: Customer) -> None:
    """A page that has read the customer need not ask who has it."""
    once(("holders", (customer.pk,)), lambda: [(customer.owner_id, customer.team_id)])


def sees_all(user: Any, policy: Policy, verb: str, customers: Sequence[int]) -> bool:
    """Does a role show the person all these customers, by who has them?"""
    return holds_all(user, policy.rights, policy.level_of(verb), customers, Customer)


def of_seen_customers(user: Any, verb: str = "view") -> Q:
    """Rows whose ``customer`` the person sees (``verb``); of who has the own ones alone these are few."""
    policy = CustomerPolicy()
    if not policy.is_own(user):
        return Q(customer__in=Customer.objects.filter(policy.scope(user, verb)).order_by().values("pk"))
    held = Customer.objects.filter(policy.held_by(user)).order_by().values("pk")
    rows = among_few("customer", held, policy.held_keys(user))
    return rows | shared("customer", user, frozenset(), Level.VIEW, guests=verb not in policy.of_holders)


class OfCustomerPolicy(FilePolicy):
    """What belongs to a customer is seen and changed by those who see and change the customer."""

    matrix = CUSTOMER_ROW
    owner_path = "customer__owner"
    team_path = "customer__team"
    customer_key = "customer"

    def own(self, user: Any) -> Q:
        """Of the own customers; a page knows their keys, and need not look up the customer of each row."""
        files = files_of_page(user)
        if self.customer_key != "customer" or files is None or files.own is None:
            return super().own(user)
        return one_of("customer", files.own)


class ContactPolicy(OfCustomerPolicy):
    """Contacts follow the customer; showing their numbers in full is an act of its own."""

    def can_view_sensitive(self, user: Any, obj: Model | None) -> bool:
        return self.can_unmask(user, obj)

    def can_unmask(self, user: Any, obj: Model | None) -> bool:
        return CustomerPolicy.unmasking.allows(user, "edit", getattr(obj, "customer", None))


class TitlePolicy(ContactPolicy):
    """Invoice titles follow the customer; the bank account in full is an act of its own."""


class OwnershipPolicy(OfCustomerPolicy):
    """Written by ``assign_owner`` alone."""

    matrix = CUSTOMER_ROW.replace(":edit", ":view")


class VisitPolicy(OwnedPolicy):
    """A visit is changed by who made it and the team above; it is also read by whoever has the customer."""

    matrix = CUSTOMER_ROW
    verbs = {"log": Level.EDIT, "cancel": Level.EDIT, "replan": Level.EDIT, "reopen": Level.EDIT}

    def can_accept_place(self, user: Any, obj: Model | None) -> bool:
        """Superiors take the position of a check-in as the place of the customer."""
        return CustomerPolicy.assignment.allows(user, "edit", getattr(obj, "customer", None))

    def scope(self, user: Any, verb: str = "view") -> Q:
        own = super().scope(user, verb)
        if self.level_of(verb) > Level.VIEW or own == Q():
            return own
        return own | of_seen_customers(user)

    def scope_about(self, user: Any, customers: Sequence[int], verb: str = "view") -> Q:
        if self.level_of(verb) == Level.VIEW and sees_all(user, self, verb, customers):
            return Q()
        return self.scope_of_page(user, verb)

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if super().allows(user, verb, obj):
            return True
        if not isinstance(obj, Visit) or obj.pk is None or self.level_of(verb) > Level.VIEW:
            return False
        return CustomerPolicy().allows(user, "view", obj.customer)


class SharedRowPolicy(OfCustomerPolicy):
    """Who may work on the file, and mergings: shown with the file, written by their own acts."""

    matrix = CUSTOMER_ROW.replace(":edit", ":view")


class MergePolicy(SharedRowPolicy):
    owner_path = "kept__owner"
    team_path = "kept__team"
    customer_key = "kept"


class ClaimPolicy(OwnedPolicy):
    """A claim is seen by who made it and by those who decide about both; the owner of the customer reads it."""

    matrix = CUSTOMER_ROW.replace("assistant:team:edit ", "")
    verbs = {"withdraw": Level.EDIT, "decide": Level.EDIT}

    def scope(self, user: Any, verb: str = "view") -> Q:
        rows = super().scope(user, verb)
        if rows == Q() or self.level_of(verb) > Level.VIEW or rows == NOTHING:
            return rows
        return rows | Q(customer__owner=user)

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if super().allows(user, verb, obj):
            return True
        if not isinstance(obj, OwnershipClaim) or obj.pk is None or self.level_of(verb) > Level.VIEW:
            return False
        return super().allows(user, verb) and obj.customer.owner_id == user.pk

    def can_withdraw(self, user: Any, obj: Model | None) -> bool:
        return isinstance(obj, OwnershipClaim) and obj.state == ClaimState.OPEN and obj.owner_id == user.pk


def register_policies() -> None:
    """Called when the app is ready."""
    register(Collaborator, SharedRowPolicy())
    register(CustomerMerge, MergePolicy())
    register(OwnershipClaim, ClaimPolicy())
    register(Customer, CustomerPolicy())
    register(Contact, ContactPolicy())
    register(Address, OfCustomerPolicy())
    register(TaxProfile, TitlePolicy())
    register(CustomerOwnership, OwnershipPolicy())
    register(GroupLink, OwnershipPolicy())
    register(Visit, VisitPolicy())
    register_records(Contact, Customer, OwnershipClaim, TaxProfile, Visit)
