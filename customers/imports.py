"""Import kinds of customers, contacts and visits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.choices import CustomerClass, CustomerKind, VisitKind, VisitState
from customers.models import Contact, Customer, Visit
from customers.naming import name_key
from customers.services.bulk import CustomerBook, Tidy, insert_customers, seeds_of
from customers.services.ownership import assign_owner
from salesops.core.choices import Role
from salesops.core.errors import InvalidInput
from salesops.exchange.books import CurrencyBook, PeopleBook, TermBook
from salesops.exchange.context import BatchContext, Document, RowError
from salesops.exchange.fields import changed_fields, present
from salesops.exchange.registry import Column, ImportKind, import_kinds
from salesops.numbering.services import reserve_numbers

_PLAIN = (
    "name", "short_name", "industry", "region", "country", "address", "source", "annual_revenue", "employees",
    "credit_limit",
)  # fmt: skip

# --- customers ----------------------------------------------------------------------------------------


def prepare_customers(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = [document.first for document in documents]
    people = ctx.book(PeopleBook)
    since = min((row.created_date for row in rows if row.created_date), default=None)
    people.need_or_create({row.owner for row in rows}, since=since, create=ctx.creates("owner"))
    currencies = ctx.book(CurrencyBook)
    currencies.base()
    currencies.need_or_create({row.currency for row in rows}, create=ctx.creates("currency"))
    ctx.book(TermBook).need_or_create(
        {row.payment_terms for row in rows}, create=ctx.creates("payment_terms")
    )
    in_file = {row.code for row in rows}
    outside = {row.parent: ctx.today for row in rows if row.parent and row.parent not in in_file}
    ctx.book(CustomerBook).need_or_create(
        seeds_of((code, day, None, None) for code, day in outside.items()), create=ctx.creates("parent")
    )
    # Groups are written before their members, so that a member finds its group.
    parents = {row.parent for row in rows if row.parent}
    if isinstance(documents, list):
        documents.sort(key=lambda document: document.first.code not in parents)


def load_customers(ctx: BatchContext, documents: Sequence[Document]) -> None:
    existing = {c.code: c for c in Customer.objects.filter(code__in=[d.first.code for d in documents])}
    tidy = Tidy(ctx.today)
    new: list[Customer] = []
    changed: list[Customer] = []
    moved: list[tuple[Customer, Any]] = []
    parents: list[tuple[Document, Customer, bool]] = []
    fields: set[str] = set()

    def build(document: Document) -> None:
        row = document.first
        values = _customer_values(ctx, row, tidy)
        customer = existing.get(row.code)
        owner = ctx.book(PeopleBook).owner(row, "owner", row.owner)
        if customer is None:
            customer = Customer(code=row.code, owner=owner, created_by=ctx.actor, **values)
            customer.created_date = row.created_date or ctx.today
            customer.currency_id = values.get("currency_id") or ctx.book(CurrencyBook).base()
            new.append(customer)
            parents.append((document, customer, True))
            return
        different = changed_fields(customer, values)
        fields.update(different)
        if owner is not None and customer.owner_id != owner.pk:
            moved.append((customer, owner))
        if row.parent and (customer.parent is None or customer.parent.code != row.parent):
            parents.append((document, customer, False))
            different = different or ["parent"]
        if different:
            changed.append(customer)
        elif not moved or moved[-1][0] is not customer:
            ctx.outcome.unchanged += 1

    ctx.each(documents, build)
    _set_parents(ctx, parents, new)
    _insert_in_waves(ctx, new)
    ctx.update(changed, sorted({name.removesuffix("_id") for name in fields} | {"parent", "name_key"}))
    for customer, owner in moved:
        assign_owner(actor=None, at=ctx.at, customer=customer, owner=owner, from_date=ctx.today)
        ctx.outcome.updated += customer not in changed


def _customer_values(ctx: BatchContext, row: Any, tidy: Tidy) -> dict[str, Any]:
    if row.created_date and row.created_date > ctx.today:
        raise RowError(row, "created_date", _("a customer cannot begin in the future"))
    for name in ("annual_revenue", "credit_limit"):
        if getattr(row, name) is not None and getattr(row, name) < 0:
            raise RowError(row, name, _("must not be negative"))
    country = tidy.country(row.kind or CustomerKind.COMPANY, row.country or "")
    term = ctx.book(TermBook).term(row, "payment_terms", row.payment_terms)
    values = {name: getattr(row, name) for name in _PLAIN} | {
        "kind": row.kind,
        "customer_class": getattr(row, "class"),
        "phone": tidy.phone(row.phone, country),
        "tax_number": tidy.tax(row.tax_number, country),
        "created_date": row.created_date,
        "currency_id": ctx.book(CurrencyBook).code(row, "currency", row.currency) if row.currency else None,
        "payment_term_id": term.pk if term else None,
        "name_key": name_key(row.name),
    }
    return present(values)


def _set_parents(
    ctx: BatchContext, parents: list[tuple[Document, Customer, bool]], new: list[Customer]
) -> None:
    """A group is on file, or comes in the same file; ``prepare`` has put groups first."""
    book = ctx.book(CustomerBook)
    by_code = {customer.code: customer for customer in new}
    for document, customer, is_new in parents:
        code = document.first.parent
        if not code:
            continue
        parent = book.get(code) or by_code.get(code)
        if parent is None or parent.code == customer.code:
            ctx.reject(document, RowError(document.first, "parent", _("there is no such customer above it")))
            if is_new:
                new.remove(customer)
            continue
        customer.parent = parent


def _insert_in_waves(ctx: BatchContext, new: list[Customer]) -> None:
    """Groups before members; each wave has its groups on file."""
    waiting = new
    while waiting:
        ready = [c for c in waiting if c.parent is None or c.parent.pk is not None]
        if not ready:
            raise InvalidInput(
                _("%(code)s belongs to itself by way of others.") % {"code": waiting[0].code}, field="parent"
            )
        for customer in ready:
            customer.parent = customer.parent
        insert_customers(ctx, ready, count=True)
        waiting = [c for c in waiting if c.pk is None]


def export_customers() -> Iterator[dict[str, Any]]:
    rows = Customer.objects.order_by("pk").select_related("owner", "parent", "payment_term")
    for customer in rows.iterator(2000):
        yield {
            "code": customer.code,
            **{name: getattr(customer, name) for name in _PLAIN},
            "kind": customer.kind,
            "class": customer.customer_class,
            "phone": customer.phone,
            "tax_number": customer.tax_number,
            "owner": customer.owner.username if customer.owner else None,
            "created_date": customer.created_date,
            "parent": customer.parent.code if customer.parent else None,
            "currency": customer.currency_id,
            "payment_terms": customer.payment_term.code if customer.payment_term else None,
        }


# --- contacts -----------------------------------------------------------------------------------------


def prepare_contacts(ctx: BatchContext, documents: Sequence[Document]) -> None:
    ctx.book(CustomerBook).need_or_create(
        seeds_of((d.first.customer, ctx.today, None, None) for d in documents),
        create=ctx.creates("customer"),
    )


def load_contacts(ctx: BatchContext, documents: Sequence[Document]) -> None:
    book, tidy = ctx.book(CustomerBook), Tidy(ctx.today)
    customers = [c.pk for d in documents if (c := book.get(d.first.customer)) is not None]
    existing: dict[tuple[int, str], Contact] = {}
    primary: dict[int, str] = {}
    for contact in Contact.objects.filter(customer_id__in=customers).order_by("pk"):
        existing.setdefault((contact.customer_id, contact.name), contact)
        if contact.is_primary:
            primary[contact.customer_id] = contact.name
    new: list[Contact] = []
    changed: list[Contact] = []

    def build(document: Document) -> None:
        row = document.first
        customer = book.customer(row, "customer", row.customer)
        values = present({name: getattr(row, name) for name in ("title", "email", "is_primary")})
        values |= present({"phone": tidy.phone(row.phone, tidy.home)})
        if row.is_primary and primary.get(customer.pk, row.name) != row.name:
            raise RowError(
                row,
                "is_primary",
                _("%(name)s is the main contact already: change that first") % {"name": primary[customer.pk]},
            )
        contact = existing.get((customer.pk, row.name))
        if contact is None:
            values.setdefault("is_primary", customer.pk not in primary)
            contact = Contact(customer=customer, name=row.name, created_by=ctx.actor, **values)
            existing[customer.pk, row.name] = contact
            new.append(contact)
        elif contact.pk is not None and changed_fields(contact, values):
            changed.append(contact)
        else:
            ctx.outcome.unchanged += 1
        if contact.is_primary:
            primary[customer.pk] = contact.name

    ctx.each(documents, build)
    ctx.insert(new, count=True)
    ctx.update(changed, ["title", "email", "phone", "is_primary"])


def export_contacts() -> Iterator[dict[str, Any]]:
    for contact in Contact.objects.order_by("pk").select_related("customer").iterator(2000):
        yield {
            "customer": contact.customer.code,
            "name": contact.name,
            "title": contact.title,
            "phone": contact.phone,
            "email": contact.email,
            "is_primary": contact.is_primary,
        }


# --- visits -------------------------------------------------------------------------------------------


def prepare_visits(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = [d.first for d in documents]
    days = [day for row in rows if (day := _visit_day(row)) is not None]
    ctx.book(PeopleBook).need_or_create(
        {row.owner for row in rows}, since=min(days, default=None), create=ctx.creates("owner")
    )
    ctx.book(CustomerBook).need_or_create(
        seeds_of((row.customer, _visit_day(row) or ctx.today, row.owner, None) for row in rows),
        create=ctx.creates("customer"),
    )


def _visit_day(row: Any) -> Any:
    return timezone.localdate(row.visited_at) if row.visited_at else row.planned_date


def _visit_key(visit: Any, customer_id: int, owner_id: int) -> tuple[Any, ...]:
    return customer_id, owner_id, visit.kind or VisitKind.VISIT, visit.planned_date, visit.visited_at


def _checked_day(row: Any, at: datetime) -> date:
    """The day the visit counts for, once its dates agree with each other."""
    day = _visit_day(row)
    if day is None:
        raise RowError(row, "planned_date", _("a visit needs a planned date or the time it took place"))
    if row.visited_at and row.visited_at > at:
        raise RowError(row, "visited_at", _("lies in the future"))
    if row.next_date and row.next_date < day:
        raise RowError(row, "next_date", _("lies before the visit"))
    if row.result and not row.visited_at:
        raise RowError(row, "visited_at", _("a result needs the time the visit took place"))
    return day


def load_visits(ctx: BatchContext, documents: Sequence[Document]) -> None:
    book, people = ctx.book(CustomerBook), ctx.book(PeopleBook)
    customers = [c.pk for d in documents if (c := book.get(d.first.customer)) is not None]
    existing: dict[tuple[Any, ...], Visit] = {}
    for visit in Visit.objects.filter(customer_id__in=customers).order_by("pk"):
        existing[_visit_key(visit, visit.customer_id, visit.owner_id)] = visit
    new: list[Visit] = []
    changed: list[Visit] = []

    def build(document: Document) -> None:
        row = document.first
        customer = book.customer(row, "customer", row.customer)
        owner = people.owner(row, "owner", row.owner)
        day = _checked_day(row, ctx.at)
        words = {name: getattr(row, name) for name in ("purpose", "result", "next_step", "next_date")}
        key = _visit_key(row, customer.pk, owner.pk)
        planned = existing.get((*key[:4], None)) if row.visited_at else None
        visit = existing.get(key) or planned
        if visit is None:
            visit = Visit(
                customer=customer,
                owner=owner,
                team_id=people.team_on(owner.pk, day),
                kind=row.kind or VisitKind.VISIT,
                state=VisitState.DONE if row.visited_at else VisitState.PLANNED,
                planned_date=row.planned_date,
                visited_at=row.visited_at,
                visit_date=day,
                created_by=ctx.actor,
                **present(words),
            )
            existing[key] = visit
            new.append(visit)
            return
        if visit.pk is None:
            ctx.outcome.unchanged += 1
            return
        if visit.state == VisitState.PLANNED and row.visited_at:
            words |= {"state": VisitState.DONE, "visited_at": row.visited_at, "visit_date": day}
        if changed_fields(visit, words):
            changed.append(visit)
        else:
            ctx.outcome.unchanged += 1

    ctx.each(documents, build)
    _give_numbers(new)
    ctx.insert(new, count=True)
    ctx.update(changed, ["purpose", "result", "next_step", "next_date", "state", "visited_at", "visit_date"])


def _give_numbers(visits: list[Visit]) -> None:
    by_year: dict[int, list[Visit]] = {}
    for visit in visits:
        by_year.setdefault(visit.visit_date.year, []).append(visit)
    for year in sorted(by_year):
        group = by_year[year]
        numbers = reserve_numbers("BF", len(group), on=group[0].visit_date)
        for visit, number in zip(group, numbers, strict=True):
            visit.number = number


def export_visits() -> Iterator[dict[str, Any]]:
    rows = Visit.objects.exclude(state=VisitState.CANCELLED).order_by("pk")
    for visit in rows.select_related("customer", "owner").iterator(2000):
        yield {
            "customer": visit.customer.code,
            "owner": visit.owner.username,
            "planned_date": visit.planned_date,
            "visited_at": visit.visited_at,
            "kind": visit.kind,
            "purpose": visit.purpose,
            "result": visit.result,
            "next_step": visit.next_step,
            "next_date": visit.next_date,
        }


CUSTOMERS = ImportKind(
    name="customers",
    title=gettext_lazy("Customers"),
    columns=(
        Column("code", required=True, max_length=60),
        Column("name", required=True, max_length=200, help=gettext_lazy("legal name")),
        Column("short_name", max_length=100),
        Column("class", "choice", choices=CustomerClass.choices),
        Column("industry", max_length=100),
        Column("region", max_length=100),
        Column("country", max_length=60),
        Column("address", max_length=300),
        Column("phone", max_length=60),
        Column("tax_number", max_length=40),
        Column("owner", "reference", lookup="owner", help=gettext_lazy("username or name")),
        Column("source", max_length=60),
        Column("created_date", "date", help=gettext_lazy("customer since; empty: the day of the import")),
        Column("annual_revenue", "decimal"),
        Column("employees", "int"),
        Column("parent", "reference", lookup="parent", help=gettext_lazy("code of the group it belongs to")),
        Column("currency", "reference", lookup="currency", max_length=3),
        Column("payment_terms", "reference", lookup="payment_terms"),
        Column("credit_limit", "decimal"),
        Column("kind", "choice", choices=CustomerKind.choices),
    ),
    key=("code",),
    roles=(Role.MANAGER,),
    creatable=("owner", "parent", "currency", "payment_terms"),
    prepare=prepare_customers,
    load=load_customers,
    export=export_customers,
    order=50,
)
CONTACTS = ImportKind(
    name="contacts",
    title=gettext_lazy("Contacts"),
    columns=(
        Column("customer", "reference", required=True, lookup="customer", max_length=60),
        Column("name", required=True, max_length=100),
        Column("title", max_length=100),
        Column("phone", max_length=60),
        Column("email", max_length=254),
        Column("is_primary", "bool"),
    ),
    key=("customer", "name"),
    roles=(Role.MANAGER,),
    creatable=("customer",),
    prepare=prepare_contacts,
    load=load_contacts,
    export=export_contacts,
    order=55,
)
VISITS = ImportKind(
    name="visits",
    title=gettext_lazy("Visits"),
    columns=(
        Column("customer", "reference", required=True, lookup="customer", max_length=60),
        Column("owner", "reference", required=True, lookup="owner"),
        Column("planned_date", "date"),
        Column("visited_at", "datetime", help=gettext_lazy("with it the visit is done, without it planned")),
        Column("kind", "choice", choices=VisitKind.choices),
        Column("purpose", max_length=300),
        Column("result", max_length=20000),
        Column("next_step", max_length=300),
        Column("next_date", "date"),
    ),
    any_of=(("planned_date", "visited_at"),),
    roles=(Role.MANAGER,),
    creatable=("customer", "owner"),
    prepare=prepare_visits,
    load=load_visits,
    export=export_visits,
    order=60,
)


def register_kinds() -> None:
    for kind in (CUSTOMERS, CONTACTS, VISITS):
        import_kinds.register(kind.name, kind)
