"""Who may do what with customer files and visits (requirements §I)."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q

from customers.models import Address, Contact, Customer, CustomerOwnership, Visit
from salesops.core.policies import Grant, Level, Policy, register
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

    @staticmethod
    def _reaches(user: Any, grant: Grant, scope: str, row: Any) -> bool:
        if row.owner_id == user.pk or scope == "all" or (scope == "department" and grant.department is None):
            return True
        teams = grant.teams if scope == "team" else grant.department if scope == "department" else ()
        return row.team_id in (teams or ())


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


class CustomerPolicy(OwnedPolicy):
    """The customer file follows its owner and the owner's team."""

    matrix = CUSTOMER_ROW
    verbs = {"plan_visit": Level.EDIT, "log_visit": Level.EDIT, "add_contact": Level.EDIT}
    credit = CreditTermsPolicy()
    assignment = AssignPolicy()
    unmasking = UnmaskPolicy()

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


class OfCustomerPolicy(OwnedPolicy):
    """What belongs to a customer is seen and changed by those who see and change the customer."""

    matrix = CUSTOMER_ROW
    owner_path = "customer__owner"
    team_path = "customer__team"


class ContactPolicy(OfCustomerPolicy):
    """Contacts follow the customer; showing their numbers in full is an act of its own."""

    def can_view_sensitive(self, user: Any, obj: Model | None) -> bool:
        return self.can_unmask(user, obj)

    def can_unmask(self, user: Any, obj: Model | None) -> bool:
        return CustomerPolicy.unmasking.allows(user, "edit", getattr(obj, "customer", None))


class OwnershipPolicy(OfCustomerPolicy):
    """Written by ``assign_owner`` alone."""

    matrix = CUSTOMER_ROW.replace(":edit", ":view")


class VisitPolicy(OwnedPolicy):
    """A visit is changed by who made it and the team above; it is also read by whoever has the customer."""

    matrix = CUSTOMER_ROW
    verbs = {"log": Level.EDIT, "cancel": Level.EDIT, "replan": Level.EDIT, "reopen": Level.EDIT}

    def scope(self, user: Any, verb: str = "view") -> Q:
        own = super().scope(user, verb)
        if self.level_of(verb) > Level.VIEW or own == Q():
            return own
        customers = CustomerPolicy().scope(user)
        return own | Q(customer__in=Customer.objects.filter(customers).order_by().values("pk"))

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if super().allows(user, verb, obj):
            return True
        if not isinstance(obj, Visit) or obj.pk is None or self.level_of(verb) > Level.VIEW:
            return False
        return CustomerPolicy().allows(user, "view", obj.customer)


def register_policies() -> None:
    """Called when the app is ready."""
    register(Customer, CustomerPolicy())
    register(Contact, ContactPolicy())
    register(Address, OfCustomerPolicy())
    register(CustomerOwnership, OwnershipPolicy())
    register(Visit, VisitPolicy())
    register_records(Contact, Customer, Visit)
