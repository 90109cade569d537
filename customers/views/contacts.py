"""Contacts and addresses."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from customers import services
from customers.filters import ContactFilter
from customers.forms import AddressForm, ContactForm, PurposeForm
from customers.identifiers import show_phone
from customers.masking import mask_email, mask_phone, sees_plain
from customers.models import Address, Contact, Customer
from customers.tables import ContactTable
from salesops.audit.services.access import log_unmask
from salesops.core.masking import mask_text
from salesops.core.policies import one_of
from salesops.core.questions import array_of
from salesops.ui.finding import is_large
from salesops.ui.marks import exact_date
from salesops.ui.paging import Sort
from salesops.ui.templatetags.ui import link, person
from salesops.ui.views import (
    Act,
    ActionView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


class ContactList(RecordListView):
    model = Contact
    table_class = ContactTable
    filterset_class = ContactFilter
    default_sort = "name"
    sensitive = True
    reads = (
        "name", "title", "part", "phone", "email", "customer__name", "customer__short_name", "customer__owner__name",
        "customer__owner__username",
    )  # fmt: skip

    def base_queryset(self) -> Any:
        return Contact.objects.select_related("customer__owner")

    def read_rows(self, queryset: Any, sort: Sort, down: bool, size: int) -> list[Any]:
        """Of very many people first the keys, by an index that knows names and customers; then these people."""
        if sort.path != "name" or self.words() or not is_large(Contact):
            return super().read_rows(queryset, sort, down, size)
        keys = list(queryset.select_related(None).values_list("pk", flat=True)[:size])
        people = self.lean(self.base_queryset(), sort).filter(one_of("pk", array_of(keys))).in_bulk()
        return [people[key] for key in keys]


class ContactPage(RecordDetailView):
    model = Contact
    state_field = ""

    def base_queryset(self) -> Any:
        return Contact.objects.select_related("customer__owner")

    def facts(self, obj: Contact) -> list[tuple[Any, Any]]:
        own = sees_plain(self.request.user, obj.customer)
        return [
            (_("Customer"), link(obj.customer, obj.customer.name)),
            (_("Post"), obj.title),
            (_("Part in decisions"), obj.get_part_display() if obj.part else ""),
            (_("Phone"), show_phone(obj.phone) if own else mask_phone(obj.phone)),
            (_("E-mail"), obj.email if own else mask_email(obj.email)),
            (_("Second telephone"), show_phone(obj.second_phone) if own else mask_phone(obj.second_phone)),
            (_("Chat account"), obj.chat if own else mask_text(obj.chat)),
            (_("Likes to be reached by"), obj.get_channel_display() if obj.channel else ""),
            (_("Birthday"), self.birthday(obj, own)),
            (_("Habits and wishes"), obj.habits),
            (_("Main contact"), _("yes") if obj.is_primary else ""),
            (_("Has left"), _("yes") if obj.left else ""),
            (_("Owner of the customer"), person(obj.customer.owner)),
        ]

    def birthday(self, obj: Contact, own: bool) -> Any:
        """The day for who looks after the customer; the year is nobody else's business."""
        if obj.birthday is None:
            return ""
        return exact_date(obj.birthday) if own else date_format(obj.birthday, "MONTH_DAY_FORMAT")

    def acts(self, obj: Contact) -> list[Act]:
        acts = [Act(_("Edit"), reverse("customers:contact_edit", args=[obj.pk]), "edit")]
        if not sees_plain(self.request.user, obj.customer):
            acts.append(
                Act(
                    _("Show in full"),
                    reverse("customers:contact_reveal", args=[obj.pk]),
                    "unmask",
                    primary=True,
                )
            )
        return acts


class OfCustomerView(RecordUpdateView):
    """Adds something to the customer that the url names."""

    model = Customer
    check_version = False

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs.pop("instance", None)
        return kwargs

    def get_success_url(self, obj: Any) -> str:
        return self.object.get_absolute_url()


class ContactCreate(OfCustomerView):
    verb = "add_contact"
    form_class = ContactForm
    title = _("Add a contact person")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Contact:
        return services.save_contact(actor=actor, at=at, customer=self.object, **form.cleaned_data)


class ContactEdit(RecordUpdateView):
    model = Contact
    locks_first = ("customer",)
    form_class = ContactForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> Contact:
        contact = self.object
        return services.save_contact(
            actor=actor, at=at, customer=contact.customer, contact=contact, **form.cleaned_data
        )

    def get_success_url(self, obj: Any) -> str:
        return obj.customer.get_absolute_url()


class ContactReveal(ActionView):
    """Shows telephone and e-mail in full, once, and writes down who looked and what for (CON-07)."""

    model = Contact
    verb = "unmask"
    form_class = PurposeForm
    title = _("Show in full")
    explain = _("Your name, the moment and the purpose are written to the access log.")

    def perform(self, obj: Contact, form: Any, *, actor: Any, at: Any) -> Contact:
        purpose = form.cleaned_data["purpose"]
        log_unmask(
            actor=actor,
            obj=obj,
            field="phone, second_phone, email, chat",
            purpose=purpose,
            at=at,
            request=self.request,
        )
        return obj

    def done(self, obj: Any) -> HttpResponseBase:
        context = {
            "contact": obj,
            "phone": show_phone(obj.phone),
            "second": show_phone(obj.second_phone),
            "title": obj.name,
            "crumbs": [(str(obj.customer), obj.customer.get_absolute_url())],
        }
        return render(self.request, "customers/contact_revealed.html", context)


class AddressCreate(OfCustomerView):
    form_class = AddressForm
    title = _("Add an address")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Address:
        return services.save_address(actor=actor, at=at, customer=self.object, **form.cleaned_data)


class AddressEdit(RecordUpdateView):
    model = Address
    locks_first = ("customer",)
    form_class = AddressForm
    title = _("Edit address")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Address:
        address = self.object
        return services.save_address(
            actor=actor, at=at, customer=address.customer, address=address, **form.cleaned_data
        )

    def get_success_url(self, obj: Any) -> str:
        return obj.customer.get_absolute_url()

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(str(self.object.customer), self.object.customer.get_absolute_url())]


class AddressRemove(ActionView):
    model = Address
    verb = "delete"
    title = _("Remove address")
    danger = True

    def get_explain(self, obj: Address) -> Any:
        return obj.text

    def perform(self, obj: Address, form: Any, *, actor: Any, at: Any) -> Customer:
        services.remove_address(actor=actor, at=at, address=obj)
        return obj.customer

    def get_cancel_url(self) -> str:
        return self.object.customer.get_absolute_url()

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(str(self.object.customer), self.object.customer.get_absolute_url())]
