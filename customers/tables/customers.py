"""Columns of the lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.flags import WATCH, flags_in_order
from customers.masking import mask_email, mask_phone
from customers.models import Contact, Customer, Visit
from salesops.ui.tables import (
    DateColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


class PhoneColumn(TextColumn):
    """A telephone number with its middle hidden, on the page and in exports."""

    css = "date"

    def html(self, value: Any, record: Any) -> Any:
        return mask_phone(value)

    def text(self, value: Any, record: Any) -> Any:
        return mask_phone(value or "")


class EmailColumn(TextColumn):
    def html(self, value: Any, record: Any) -> Any:
        return mask_email(value)

    def text(self, value: Any, record: Any) -> Any:
        return mask_email(value or "")


class CustomerTable(RecordTable):
    """Owner and team are filters, not sortings: there is no index behind their names."""

    code = LinkColumn()
    name = LinkColumn()
    short_name = TextColumn(orderable=False)
    customer_class = StateColumn()
    owner = PersonColumn(orderable=False)
    team = TextColumn(orderable=False)
    region = TextColumn()
    country = TextColumn(orderable=False)
    industry = TextColumn(orderable=False)
    source = TextColumn(orderable=False)
    phone = PhoneColumn(orderable=False)
    tax_number = TextColumn(orderable=False)
    grade = TextColumn(orderable=False)
    lifecycle = TextColumn(accessor="get_lifecycle_display", orderable=False, verbose_name=_("Life cycle"))
    last_contact = DateColumn(orderable=False, verbose_name=_("Last contact"))
    next_visit = DateColumn(orderable=False, verbose_name=_("Next visit"))
    annual_revenue = MoneyColumn(currency="currency_id", orderable=False)
    employees = NumberColumn(orderable=False)
    created_date = DateColumn()

    class Meta:
        model = Customer
        fields = (
            "code", "name", "short_name", "customer_class", "owner", "team", "region", "country", "industry",
            "source", "phone", "tax_number", "grade", "lifecycle", "last_contact", "next_visit", "annual_revenue", "employees",
            "created_date",
        )  # fmt: skip

    default_columns = (
        "code",
        "name",
        "customer_class",
        "grade",
        "owner",
        "region",
        "industry",
        "last_contact",
        "next_visit",
    )


class SignsColumn(TextColumn):
    """The signs of leaving that a customer shows, annotated by the list."""

    css = "wrap"

    def html(self, value: Any, record: Any) -> Any:
        return ", ".join(self._words(record))

    def text(self, value: Any, record: Any) -> Any:
        return ", ".join(self._words(record))

    def _words(self, record: Any) -> list[str]:
        flags = flags_in_order(WATCH)
        return [
            str(flag.label) for n, (_key, flag) in enumerate(flags) if getattr(record, f"sign_{n}", False)
        ]


class WatchTable(CustomerTable):
    signs = SignsColumn(accessor="code", orderable=False, verbose_name=_("Signs"))

    class Meta:
        model = Customer
        fields = (*CustomerTable.Meta.fields, "signs")

    default_columns = (
        "code",
        "name",
        "customer_class",
        "grade",
        "owner",
        "lifecycle",
        "last_contact",
        "signs",
    )


class ContactTable(RecordTable):
    name = LinkColumn()
    title = TextColumn(orderable=False)
    part = TextColumn(accessor="get_part_display", orderable=False, verbose_name=_("Part in decisions"))
    customer = LinkColumn(to="customer", orderable=False)
    phone = PhoneColumn(orderable=False)
    email = EmailColumn(orderable=False)
    owner = PersonColumn(accessor="customer__owner", orderable=False, verbose_name=_("Owner"))

    class Meta:
        model = Contact
        fields = ("name", "title", "part", "customer", "phone", "email", "owner")


class VisitTable(RecordTable):
    number = LinkColumn(orderable=False)
    visit_date = DateColumn()
    customer = LinkColumn(to="customer", orderable=False)
    kind = TextColumn(accessor="get_kind_display", orderable=False, verbose_name=_("Kind"))
    state = StateColumn(orderable=False)
    owner = PersonColumn(orderable=False)
    team = TextColumn(orderable=False)
    purpose = TextColumn(orderable=False)
    result = TextColumn(orderable=False)
    next_step = TextColumn(orderable=False)
    next_date = DateColumn(orderable=False)
    planned_date = DateColumn(orderable=False)
    visited_at = DateColumn(orderable=False)

    class Meta:
        model = Visit
        fields = (
            "visit_date", "number", "customer", "kind", "state", "owner", "team", "purpose", "result", "next_step",
            "next_date", "planned_date", "visited_at",
        )  # fmt: skip

    default_columns = (
        "visit_date", "number", "customer", "kind", "state", "owner", "purpose", "result", "next_date"
    )  # fmt: skip
