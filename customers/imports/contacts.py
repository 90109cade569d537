"""Contacts in and out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.choices.deals import DealPart
from customers.imports.reach import in_reach, told_changes
from customers.models import Contact, Customer
from customers.services.bulk import CustomerBook, Tidy, seeds_of
from salesops.core.choices import Role
from salesops.exchange.context import BatchContext, Document, RowError
from salesops.exchange.fields import present
from salesops.exchange.registry import Column, ImportKind


def prepare_contacts(ctx: BatchContext, documents: Sequence[Document]) -> None:
    ctx.book(CustomerBook).need_or_create(
        seeds_of((d.first.customer, ctx.today, None, None) for d in documents),
        create=ctx.creates("customer"),
    )


def load_contacts(ctx: BatchContext, documents: Sequence[Document]) -> None:
    book, tidy = ctx.book(CustomerBook), Tidy(ctx.today)
    named = [c.pk for d in documents if (c := book.get(d.first.customer)) is not None]
    customers = in_reach(ctx, Customer.objects.filter(pk__in=named)) | book.opened
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
        if customer.pk not in customers:
            raise RowError(row, "customer", _("this customer is none of those that you may change"))
        values = present(
            {name: getattr(row, name) for name in ("title", "email", "is_primary", "part", "chat")}
        )
        country = tidy.country(customer.kind, customer.country)
        values |= present(
            {name: tidy.phone(getattr(row, name), country) for name in ("phone", "second_phone")}
        )
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
        elif contact.pk is not None and told_changes(ctx, contact, values, file=customer):
            changed.append(contact)
        else:
            ctx.outcome.unchanged += 1
        if contact.is_primary:
            primary[customer.pk] = contact.name

    ctx.each(documents, build)
    ctx.insert(new, count=True)
    ctx.update(changed, ["title", "email", "phone", "second_phone", "is_primary", "part", "chat"])


def export_contacts() -> Iterator[dict[str, Any]]:
    for contact in Contact.objects.order_by("pk").select_related("customer").iterator(2000):
        yield {
            "customer": contact.customer.code,
            "name": contact.name,
            "title": contact.title,
            "phone": contact.phone,
            "email": contact.email,
            "is_primary": contact.is_primary,
            "part": contact.part,
            "second_phone": contact.second_phone,
            "chat": contact.chat,
        }


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
        Column("part", "choice", choices=DealPart.choices),
        Column("second_phone", max_length=60),
        Column("chat", max_length=100),
    ),
    key=("customer", "name"),
    roles=(Role.MANAGER,),
    creatable=("customer",),
    prepare=prepare_contacts,
    load=load_contacts,
    export=export_contacts,
    order=55,
)
