"""Customer files in and out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.choices import CoOwners, CustomerClass, CustomerKind
from customers.errors import merged_words
from customers.imports.reach import in_reach, moves_in, told_changes
from customers.models import Customer
from customers.naming import name_key
from customers.services.bulk import CustomerBook, Tidy, insert_customers, seeds_of
from customers.services.customers import terms_held_back
from customers.services.groups import settle_links, stands_above
from customers.services.ownership import assign_owner
from customers.services.second_person import waiting_fields
from salesops.approvals.changes import stored
from salesops.approvals.choices import RequestState
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import propose_change
from salesops.catalog.models import PaymentTerm
from salesops.core.choices import Role
from salesops.core.errors import DomainError, InvalidInput
from salesops.exchange.books import CurrencyBook, PeopleBook, TermBook
from salesops.exchange.context import BatchContext, Document, Refused, RowError
from salesops.exchange.fields import changed_fields, present
from salesops.exchange.registry import Column, ImportKind

_PLAIN = (
    "name", "short_name", "industry", "region", "country", "address", "source", "annual_revenue", "employees",
    "credit_limit",
)  # fmt: skip


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
    existing = OnFile(ctx, [document.first.code for document in documents])
    tidy = Tidy(ctx.today)
    new: list[Customer] = []
    changed: list[Customer] = []
    quiet: list[Customer] = []
    moved: list[tuple[Customer, Any]] = []
    parents: list[tuple[Document, Customer]] = []
    proposals: list[Proposal] = []
    fields: set[str] = set()

    def build(document: Document) -> None:
        row = document.first
        customer = existing.of(row)
        values = _customer_values(ctx, row, tidy, customer)
        owner = ctx.book(PeopleBook).owner(row, "owner", row.owner)
        if customer is None:
            new.append(_new(ctx, row.code, owner, values))
            return parents.append((document, new[-1]))
        given_away = _given_away(row, customer, values, owner)
        if ctx.actor and (waits := _what_waits(ctx, customer, values)):
            proposals.append(Proposal(document, customer, waits))
        different = told_changes(ctx, customer, values, file=customer)
        fields.update(different)
        if given_away:
            moved.append((customer, owner))
        if row.parent and (customer.parent is None or customer.parent.code != row.parent):
            parents.append((document, customer))
            different = different or ["parent"]
        if different:
            changed.append(customer)
        elif not moved or moved[-1][0] is not customer:
            quiet.append(customer)
        return None

    ctx.each(documents, build)
    refused = _set_parents(ctx, parents)
    refused += _propose(ctx, [line for line in proposals if line.customer not in refused])
    _count_quiet(ctx, [c for c in quiet if c not in refused], proposals)
    changed = [customer for customer in changed if customer not in refused]
    _open(ctx, [customer for customer in new if customer not in refused], parents)
    ctx.update(changed, sorted({name.removesuffix("_id") for name in fields} | {"parent", "name_key"}))
    _hand_over(ctx, [pair for pair in moved if pair[0] not in refused], changed, [c for _d, c in parents])


class OnFile:
    """Customers by code, as far as the importer may change them."""

    def __init__(self, ctx: BatchContext, codes: Sequence[str]) -> None:
        rows = Customer.objects.filter(code__in=codes)
        self.by_code = {row.code: row for row in rows.select_related("parent", "merged_into")}
        self.mine = in_reach(ctx, rows)

    def of(self, row: Any) -> Customer | None:
        """The customer of a row, if there is one. Raises ``RowError`` for another department's."""
        customer = self.by_code.get(row.code)
        if customer is not None and customer.pk not in self.mine:
            raise RowError(row, "code", _("this code belongs to a customer that you may not change"))
        return customer


def _given_away(row: Any, customer: Customer, values: dict[str, Any], owner: Any) -> bool:
    """Does the row name a new owner? A file that was merged into another one is changed by no row (``RowError``)."""
    given_away = owner is not None and customer.owner_id != owner.pk
    if customer.merged_into_id and (given_away or changed_fields(customer, values)):
        raise RowError(row, "code", " ".join(map(str, merged_words(customer))))
    return given_away


def _new(ctx: BatchContext, code: str, owner: Any, values: dict[str, Any]) -> Customer:
    """A file that is opened by this import, in base currency and from today unless it says otherwise."""
    given = {"created_date": ctx.today, "currency_id": ctx.book(CurrencyBook).base(), **values}
    return Customer(code=code, owner=owner, created_by=ctx.actor, **given)


def _count_quiet(ctx: BatchContext, quiet: Sequence[Customer], proposals: Sequence[Proposal]) -> None:
    """Of rows that write nothing themselves those count as updated that ask for something."""
    proposed = {line.customer.pk for line in proposals}
    ctx.outcome.updated += sum(customer.pk in proposed for customer in quiet)
    ctx.outcome.unchanged += sum(customer.pk not in proposed for customer in quiet)


def _hand_over(
    ctx: BatchContext,
    moved: Sequence[tuple[Customer, Any]],
    counted: Sequence[Customer],
    members: Sequence[Customer],
) -> None:
    """Give customers to the owners that the file names; who is ``counted`` as updated already is not again.

    The history of groups says from today what the file says of ``members``.
    """
    ctx.track(settle_links([customer.pk for customer in members if customer.pk], on=ctx.today))
    for customer, owner in moved:
        assign_owner(
            actor=None,
            at=ctx.at,
            customer=customer,
            owner=owner,
            from_date=ctx.today,
            co_owners=CoOwners.KEEP,
        )
        ctx.outcome.updated += customer not in counted


@dataclass(frozen=True)
class Proposal:
    """Values of a file that wait for a second person."""

    document: Document
    customer: Customer
    values: dict[str, Any]


def _what_waits(ctx: BatchContext, customer: Customer, values: dict[str, Any]) -> dict[str, Any]:
    """Take out of ``values`` what a second person has to accept; what waits already is not asked twice.

    A file replaces no tax number, bank account or credit terms of a customer on file. New files are opened as
    they are written where a company moves in; of those that others open the credit terms wait (``_held_back``).
    """
    names = {"payment_term" if name == "payment_term_id" else name for name in values}
    waits = {}
    for name in sorted(waiting_fields(names, on=ctx.today)):
        column = f"{name}_id" if name == "payment_term" else name
        value = values.pop(column)
        if getattr(customer, column) != value:
            waits[name] = PaymentTerm.objects.get(pk=value) if name == "payment_term" else value
    return {} if not waits or _waits_already(customer, waits) else waits


def _open(ctx: BatchContext, new: list[Customer], parents: Sequence[tuple[Document, Customer]]) -> None:
    """Write the new files; the credit terms that others than a company moving in give them are asked for."""
    terms = [] if moves_in(ctx) else _held_back(ctx, new, parents)
    _insert_in_waves(ctx, new)
    _ask_for_terms(ctx, terms)


def _held_back(
    ctx: BatchContext, opened: Sequence[Customer], parents: Sequence[tuple[Document, Customer]]
) -> list[Proposal]:
    """Take the credit terms out of new files, as the form does: nobody sets them alone by opening one."""
    documents = {id(customer): document for document, customer in parents}
    lines = []
    for customer in opened:
        if terms := terms_held_back(customer, on=ctx.today):
            lines.append(Proposal(documents[id(customer)], customer, terms))
    return lines


def _ask_for_terms(ctx: BatchContext, lines: Sequence[Proposal]) -> None:
    """Ask for the terms of files that are open now. Raises ``Refused`` naming those for whom nobody can be asked."""
    refused: list[tuple[Document, RowError]] = []
    for line in lines:
        try:
            with transaction.atomic():
                _put_forward(ctx, line)
        except DomainError as error:
            refused.append((line.document, RowError(line.document.first, _column(line), str(error))))
    if refused:
        raise Refused(refused)


def _put_forward(ctx: BatchContext, line: Proposal) -> None:
    propose_change(
        actor=ctx.actor, obj=line.customer, changes=line.values, at=ctx.at, reason=str(ctx.kind.title)
    )


def _column(line: Proposal) -> str:
    return {"payment_term": "payment_terms"}.get(min(line.values), min(line.values))


def _propose(ctx: BatchContext, proposals: Sequence[Proposal]) -> list[Customer]:
    """Ask for what waits, once nothing else refuses the row; the answer: whose proposal was refused."""
    refused = []
    for line in proposals:
        try:
            with transaction.atomic():
                _put_forward(ctx, line)
        except DomainError as error:
            ctx.reject(line.document, RowError(line.document.first, _column(line), str(error)))
            refused.append(line.customer)
    return refused


def _waits_already(customer: Customer, waits: dict[str, Any]) -> bool:
    """The same file again: these very values wait already."""
    open_ones = ApprovalRequest.objects.about(customer).filter(state=RequestState.PENDING)
    lines = {name: line for row in open_ones for name, line in row.payload.get("changes", {}).items()}
    return all(
        name in lines and lines[name]["new"] == stored(Customer._meta.get_field(name), value)
        for name, value in waits.items()
    )


def _customer_values(ctx: BatchContext, row: Any, tidy: Tidy, on_file: Customer | None) -> dict[str, Any]:
    if row.created_date and row.created_date > ctx.today:
        raise RowError(row, "created_date", _("a customer cannot begin in the future"))
    for name in ("annual_revenue", "credit_limit"):
        if getattr(row, name) is not None and getattr(row, name) < 0:
            raise RowError(row, name, _("must not be negative"))
    kind = row.kind or (on_file.kind if on_file else CustomerKind.COMPANY)
    country = tidy.country(kind, row.country or (on_file.country if on_file else ""))
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


def _set_parents(ctx: BatchContext, parents: list[tuple[Document, Customer]]) -> list[Customer]:
    """A group is on file, or comes in the same file; ``prepare`` has put groups first. The answer: who has none."""
    book = ctx.book(CustomerBook)
    by_code = {customer.code: customer for _document, customer in parents}
    refused = []
    for document, customer in parents:
        code = document.first.parent
        if not code:
            continue
        parent = book.get(code) or by_code.get(code)
        if parent is None or parent.code == customer.code or (customer.pk and stands_above(customer, parent)):
            ctx.reject(document, RowError(document.first, "parent", _("there is no such customer above it")))
            refused.append(customer)
            continue
        customer.parent = parent
    return refused


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
