"""Reads across customers and visits: duplicates, owners on a day, plan against done."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.choices import VisitState
from customers.identifiers import check_tax_number, country_code, normalise_phone
from customers.models import Contact, Customer, CustomerOwnership, TaxProfile, Visit
from customers.naming import fold, name_key
from salesops.accounts.models import Membership, RoleGrant, User
from salesops.accounts.selectors import active_people
from salesops.core.choices import Role
from salesops.core.errors import InvalidInput
from salesops.core.periods import Period
from salesops.core.policies import Policy, can
from salesops.handbook.selectors import rule

# --- duplicates (ORG-12) ----------------------------------------------------------------------------

SAME_TAX, SAME_NAME, SAME_PHONE, LIKE_NAME = "tax", "name", "phone", "like"
REASONS = {
    SAME_TAX: _("same tax number"),
    SAME_NAME: _("same name"),
    SAME_PHONE: _("same telephone"),
    LIKE_NAME: _("a name that begins alike"),
}
MOST_HITS = 5
SHORTEST_TAX = 6
SELLERS = (Role.REP, Role.LEAD, Role.MANAGER)


@dataclass(frozen=True)
class DuplicateHit:
    """A customer file like the one being typed. ``customer`` is ``None`` for who may not see it."""

    reason: str
    customer: Customer | None
    ask: str
    pk: int = 0
    owner_id: int | None = None

    def claimable_by(self, user: Any) -> bool:
        """It belongs to somebody else: who has worked with it, too, can ask for a decision."""
        return self.owner_id is not None and self.owner_id != user.pk and user.has_role(*SELLERS)

    @property
    def reason_text(self) -> Any:
        return REASONS[self.reason]

    @property
    def is_likely(self) -> bool:
        """Likely the same company: who saves it all the same confirms that it is another one."""
        return self.reason != LIKE_NAME

    @property
    def sentence(self) -> str:
        """What is said about a file that is not the reader's to see: nothing but whom to ask."""
        if not self.ask:
            return gettext("Another customer file exists; ask your manager.")
        return gettext("Another customer file exists; ask %(name)s.") % {"name": self.ask}


def duplicate_hits(
    *,
    user: Any,
    on: date,
    name: str = "",
    tax_number: str = "",
    phone: str = "",
    exclude: int | None = None,
    exact: bool = False,
) -> list[DuplicateHit]:
    """Customer files with this name, tax number or telephone (normalised), the likeliest first, five at most.

    A file that ``user`` may not see is named by nothing but whom to ask. ``user=None`` sees all. ``exact``
    leaves out names that only begin alike, whatever the handbook says.
    """
    key = name_key(name) if name else ""
    strict = exact or rule("customers.duplicate_strictness", on=on) == "exact"
    shortest = rule("customers.duplicate_prefix_length", on=on)
    conditions = []
    if tax_number:
        titled = TaxProfile.objects.filter(tax_number=tax_number).order_by().values("customer")
        conditions.append((SAME_TAX, Q(tax_number=tax_number) | Q(pk__in=titled)))
    if key:
        conditions.append((SAME_NAME, Q(name_key=key)))
    if phone:
        with_contact = (
            Contact.objects.filter(Q(phone=phone) | Q(second_phone=phone), left=False)
            .order_by()
            .values("customer")
        )
        conditions.append((SAME_PHONE, Q(phone=phone) | Q(pk__in=with_contact)))
    if key and not strict and len(key) >= shortest:
        heads = [key[:length] for length in range(shortest, len(key))]
        conditions.append((LIKE_NAME, Q(name_key__startswith=key) | Q(name_key__in=heads)))
    found: dict[int, str] = {}
    for reason, condition in conditions:
        if len(found) < MOST_HITS:
            rows = (
                Customer.objects.filter(condition, merged_into__isnull=True)
                .exclude(pk=exclude)
                .exclude(pk__in=list(found))
            )
            for pk in rows.order_by("pk").values_list("pk", flat=True)[: MOST_HITS - len(found)]:
                found[pk] = reason
    return _as_hits(found, user, on)


def exact_hits(*, user: Any, on: date, text: str) -> list[DuplicateHit]:
    """Files whose name, tax number or telephone is exactly ``text``; for who opens customer files."""
    if not can(user, "add", Customer):
        return []
    country = country_code("", home=rule("customers.home_country", on=on))
    number = check_tax_number(text, country="").number
    try:
        phone = normalise_phone(text, country=country)
    except InvalidInput:
        phone = ""
    tax = number if len(number) >= SHORTEST_TAX and any(c.isdigit() for c in number) else ""
    return duplicate_hits(user=user, on=on, name=text, tax_number=tax, phone=phone, exact=True)


def _as_hits(found: dict[int, str], user: Any, on: date) -> list[DuplicateHit]:
    if not found:
        return []
    rows = Customer.objects.select_related("owner__superior", "team__head").in_bulk(list(found))
    superior = rule("customers.duplicate_ask", on=on) == "superior"
    if user is None:
        seen = set(rows)
    else:
        seen = set(Customer.objects.visible_to(user).filter(pk__in=rows).values_list("pk", flat=True))
    return [
        DuplicateHit(
            reason,
            rows[pk] if pk in seen else None,
            _whom_to_ask(rows[pk], superior),
            pk,
            rows[pk].owner_id,
        )
        for pk, reason in found.items()
    ]


def _whom_to_ask(customer: Customer, superior: bool) -> str:
    """The owner, or the owner's superior where the handbook says so; the team's head without an owner."""
    person = customer.owner or (customer.team.head if customer.team else None)
    if superior and customer.owner and customer.owner.superior:
        person = customer.owner.superior
    return person.name if person else ""


# --- owners on a day (architecture §5.6) ------------------------------------------------------------


def owner_on(customer: Customer | int, on: date) -> CustomerOwnership | None:
    """The ownership row (owner, team) of a customer on a day, the largest share of several, or ``None``."""
    pk = customer if isinstance(customer, int) else customer.pk
    return (
        CustomerOwnership.objects.in_force(on)
        .filter(customer_id=pk)
        .select_related("owner", "team")
        .order_by("-share", "pk")
        .first()
    )


def owners_on(customers: Iterable[int], on: date) -> dict[int, CustomerOwnership]:
    """The same for many customers in one query: ``{customer_id: ownership}``."""
    rows = CustomerOwnership.objects.in_force(on).filter(customer_id__in=list(customers))
    # the largest share is written last
    return {row.customer_id: row for row in rows.select_related("owner", "team").order_by("share", "-pk")}


# --- search ---------------------------------------------------------------------------------------


def name_search(text: str, path: str = "") -> Q:
    """Customers whose code begins so, or whose name contains it in either script; ``path`` leads to them."""
    hit = Q(**{f"{path}code__istartswith": text}) | Q(**{f"{path}name__icontains": text})
    hit |= Q(**{f"{path}short_name__icontains": text})
    key = re.sub(r"[\W_]+", "", fold(text))
    return hit | Q(**{f"{path}name_key__contains": key}) if key else hit


# --- people -----------------------------------------------------------------------------------------


def people_in_reach(user: Any, policy: Policy, verb: str, *, on: date) -> QuerySet[User]:
    """People of the sales line in post whose records ``user`` may ``verb`` by ``policy``'s row of the matrix."""
    need = policy.level_of(verb)
    teams: set[int] = set()
    everyone = alone = False
    for grant in user.grants():
        scope, level = policy.rights.get(grant.role, ("", 0))
        if level < need:
            continue
        alone = True
        if scope == "team":
            teams |= grant.teams
        elif scope in ("department", "all"):
            everyone = everyone or scope == "all" or grant.department is None
            teams |= grant.department or frozenset()
    sellers = RoleGrant.objects.in_force(on).filter(role__in=SELLERS).values("user")
    people = User.objects.filter(active_people(on), is_active=True, pk__in=sellers)
    if everyone:
        return people.order_by("name", "pk")
    members = Membership.objects.in_force(on).filter(team__in=teams).values("user")
    own = Q(pk=user.pk) if alone else Q(pk__in=[])
    return people.filter(Q(pk__in=members) | own).order_by("name", "pk")


# --- contact with customers -------------------------------------------------------------------------


def with_last_contact(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Adds ``last_contact`` (day of the newest visit done) and ``next_visit`` (day of the next plan)."""
    planned = Visit.objects.filter(customer=OuterRef("pk"), state=VisitState.PLANNED)
    done = Visit.objects.filter(customer=OuterRef("pk"), state=VisitState.DONE)
    newest = done.order_by("-visit_date", "-pk").values("visit_date")[:1]
    return customers.annotate(
        last_contact=Subquery(newest),
        next_visit=Subquery(planned.order_by("planned_date", "pk").values("planned_date")[:1]),
    )


def without_contact_since(customers: QuerySet[Customer], since: date) -> QuerySet[Customer]:
    """Customers on file before ``since`` and without a visit done on or after it."""
    return customers.filter(created_date__lt=since, contact_days__contact_since__lt=since)


def stale(customers: QuerySet[Customer], *, on: date) -> QuerySet[Customer]:
    """Customers whose file is stale on a day by the handbook (CUS-05)."""
    return without_contact_since(customers, on - timedelta(days=rule("customers.stale_days", on=on)))


def open_visits(user: User, *, until: date) -> QuerySet[Visit]:
    """The user's planned visits up to a day, the most overdue first."""
    rows = Visit.objects.filter(owner=user, state=VisitState.PLANNED, planned_date__lte=until)
    return rows.select_related("customer").order_by("planned_date", "pk")


# --- plan against done (VIS-01; KPI VISIT_DONE) -----------------------------------------------------


@dataclass(frozen=True)
class PlannedDone:
    """``key`` is a user's or team's primary key (``None``: none); ``planned`` counts plans of the period that
    were not cancelled, ``kept`` those of them that took place, ``done`` all visits that took place in the
    period, ``unplanned`` those of them nobody had planned."""

    key: Any
    planned: int
    kept: int
    done: int
    unplanned: int


def visits_planned_done(
    period: Period, by: str = "owner", *, visits: QuerySet[Visit] | None = None
) -> list[PlannedDone]:
    """Plan against done of a period per ``owner``, ``team``, ``customer``, ``class`` or ``region``, in one query.

    VISIT_DONE = kept / planned. A plan counts in the period of its planned day, a visit in that of the day it
    took place, both for the owner and team of that day. ``visits`` narrows (for example ``visible_to``).
    """
    if by not in {"owner", "team", "customer", "class", "region"}:
        raise ValueError(by)
    column = {"class": "customer__customer_class", "region": "customer__region"}.get(by, f"{by}_id")
    rows = Visit.objects.all() if visits is None else visits
    in_plan = Q(planned_date__range=(period.start, period.end))
    in_done = Q(visit_date__range=(period.start, period.end), state=VisitState.DONE)
    alive = ~Q(state=VisitState.CANCELLED)
    counted = (
        rows.filter(in_plan | in_done)
        .order_by()
        .values(column)
        .annotate(
            planned=Count("pk", filter=in_plan & alive),
            kept=Count("pk", filter=in_plan & Q(state=VisitState.DONE)),
            done=Count("pk", filter=in_done),
            unplanned=Count("pk", filter=in_done & Q(planned_date__isnull=True)),
        )
        .order_by(column)
    )
    return [PlannedDone(row.pop(column), **row) for row in counted]


def planned_visit_rows(period: Period) -> QuerySet[Visit]:
    """The rows behind ``planned`` and ``kept``: plans of the period that were not cancelled."""
    return Visit.objects.filter(planned_date__range=(period.start, period.end)).exclude(
        state=VisitState.CANCELLED
    )


def done_visit_rows(period: Period) -> QuerySet[Visit]:
    """The rows behind ``done``."""
    return Visit.objects.filter(visit_date__range=(period.start, period.end), state=VisitState.DONE)
