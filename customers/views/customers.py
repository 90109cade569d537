"""Customer files: list, page, forms, acts."""

from __future__ import annotations

import functools
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from customers import services
from customers.filters import CustomerFilter
from customers.forms import AssignOwnerForm, CreditForm, CustomerCreateForm, CustomerEditForm
from customers.identifiers import check_tax_number, country_code, normalise_phone, show_phone
from customers.masking import mask_phone, sees_plain
from customers.models import Customer
from customers.permissions import CREDIT_FIELDS
from customers.permissions.customers import know_holder
from customers.selectors import alive, duplicate_hits, with_last_contact
from customers.services.claims import token_for
from customers.tables import CustomerTable
from salesops.approvals.models import ApprovalRequest
from salesops.catalog.models import PaymentTerm
from salesops.core.errors import InvalidInput
from salesops.core.keys import row_key
from salesops.core.masking import mask_account
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.ui.marks import exact_date, person_mark, pill, state_pill
from salesops.ui.paging import CAP
from salesops.ui.templatetags.ui import link, money
from salesops.ui.views import (
    Act,
    ActionView,
    HouseView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


class CustomerList(RecordListView):
    """A rep's own customers, the department's complete file for the manager (CUS-02)."""

    model = Customer
    table_class = CustomerTable
    filterset_class = CustomerFilter
    add_url_name = "customers:customer_create"
    add_label = _("New customer")
    default_sort = "code"
    sensitive = True
    reads = (
        "code", "name", "short_name", "customer_class", "grade", "region", "industry", "owner__name", "owner__username",
    )  # fmt: skip
    empty_title = _("No customer yet.")
    empty_text = _("Open a file for your first one; the next number is given to it.")

    def base_queryset(self) -> Any:
        return with_last_contact(alive(Customer.objects.select_related("owner", "team")))

    def measured(self, queryset: Any, cap: int | None = CAP) -> Any:
        """Counted without the days of contact, which only the rows of the page need."""
        return super().measured(queryset.values("pk"), cap)


@functools.cache
def files_in_full() -> Any:
    """Files with all their fields, and of what they point at only what is shown; put together once."""
    shown = ("owner__name", "owner__username", "team__name", "parent__name", "parent__short_name",
             "parent__owner", "parent__team", "merged_into__name", "merged_into__short_name")  # fmt: skip
    own = [field.name for field in Customer._meta.concrete_fields]
    own += [f"payment_term__{field.name}" for field in PaymentTerm._meta.concrete_fields]
    rows = Customer.objects.select_related("owner", "team", "parent", "payment_term", "merged_into")
    return with_last_contact(rows.only(*own, *shown))


class CustomerPage(RecordDetailView):
    """Everything known about a customer; apps above add their panels."""

    model = Customer
    state_field = "customer_class"

    def base_queryset(self) -> Any:
        return files_in_full().all()

    def get_object(self) -> Customer:
        customer: Customer = super().get_object()
        know_holder(customer)
        return customer

    def get_title(self, obj: Customer) -> Any:
        return obj.name

    def get_subtitle(self, obj: Customer) -> Any:
        return obj.code

    def facts(self, obj: Customer) -> list[tuple[Any, Any]]:
        user = self.request.user
        rows = [
            (_("Merged into"), link(obj.merged_into) if obj.merged_into else ""),
            (_("Short name"), obj.short_name),
            (_("Owner"), person_mark(obj.owner)),
            (_("Team"), obj.team),
            (_("Customer since"), exact_date(obj.created_date)),
            (_("Data confirmed on"), exact_date(obj.confirmed_on) if obj.confirmed_on else ""),
            (_("Grade"), self.grade(obj)),
            (_("Life cycle"), self.life(obj)),
            (_("Last contact"), self.last_contact(obj)),
            (_("Next visit"), exact_date(obj.next_visit) if obj.next_visit else ""),
            (_("Kind"), obj.get_kind_display()),
            (_("Industry"), obj.industry),
            (_("Region"), " · ".join(part for part in (obj.region, obj.country) if part)),
            (_("Address"), obj.address),
            (_("Phone"), self.phone(obj)),
            (_("Tax number"), self.tax_number(obj)),
            (_("Source"), obj.source),
            (_("Employees"), obj.employees),
            (_("Annual revenue"), money(obj.annual_revenue, obj.currency_id) if obj.annual_revenue else ""),
            (_("Belongs to group"), link(obj.parent) if obj.parent and can(user, "view", obj.parent) else ""),
            (_("Legal representative"), obj.legal_rep),
            (_("Registered capital"), self.amount(obj, obj.registered_capital)),
            (_("Founded on"), exact_date(obj.founded_on) if obj.founded_on else ""),
            (_("Purchases possible in a year"), self.amount(obj, obj.yearly_potential)),
            (_("Buys from competitors"), obj.competitor_suppliers),
            (_("Preferences"), obj.preferences),
            (_("Plan for this customer"), obj.service_plan),
            (_("Own rhythm of visits (days)"), obj.visit_every),
            (_("Culture and etiquette"), obj.culture_notes),
            (_("Currency"), obj.currency_id),
        ]
        if can(user, "view_credit", obj):
            rows += [
                (_("Payment terms"), obj.payment_term),
                (
                    _("Credit limit"),
                    money(obj.credit_limit, obj.currency_id) if obj.credit_limit is not None else "",
                ),
            ]
            rows += [(_("Bank"), obj.bank_name), (_("Bank account"), mask_account(obj.bank_account))]
        return [*rows, (_("Remarks"), obj.remarks)]

    def amount(self, obj: Customer, value: Any) -> Any:
        return money(value, obj.currency_id) if value is not None else ""

    def grade(self, obj: Customer) -> Any:
        since = exact_date(obj.grade_since) if obj.grade_since else ""
        return format_html("{} {}", pill(obj.grade, "info"), since) if obj.grade else ""

    def life(self, obj: Customer) -> Any:
        """Where the customer stands, since when; a block with its reason beside it."""
        shown = state_pill(obj, "lifecycle")
        since = exact_date(obj.lifecycle_since) if obj.lifecycle_since else ""
        if not obj.blocked_scope:
            return format_html("{} {}", shown, since)
        block = pill(obj.get_blocked_scope_display(), "bad")
        return format_html("{} {}<br>{} {}", shown, since, block, obj.blocked_reason)

    def phone(self, obj: Customer) -> Any:
        if not obj.phone or not sees_plain(self.request.user, obj):
            return mask_phone(obj.phone)
        shown = show_phone(obj.phone)
        return format_html('<a href="tel:{}">{}</a>', obj.phone, shown) if obj.phone[:1] == "+" else shown

    def tax_number(self, obj: Customer) -> Any:
        if not obj.tax_override_reason:
            return obj.tax_number
        mark = pill(_("check digit does not fit"), "attention")
        return format_html(
            '{} {}<br><span class="muted">{}</span>', obj.tax_number, mark, obj.tax_override_reason
        )

    def last_contact(self, obj: Any) -> Any:
        today = timezone.localdate(self.at)
        newest = obj.last_contact
        limit = rule("customers.stale_days", on=today)
        stale = (today - (newest or obj.created_date)).days > limit
        return format_html(
            "{} {}",
            exact_date(newest) if newest else _("none yet"),
            pill(_("stale"), "attention") if stale else "",
        )

    def acts(self, obj: Customer) -> list[Act]:
        def at(name: str) -> str:
            return reverse(f"customers:{name}", args=[obj.pk])

        with_customer = f"?customer={obj.pk}"
        return [
            Act(
                _("Log a contact"),
                reverse("customers:visit_log_new") + with_customer,
                "log_visit",
                primary=True,
            ),
            Act(_("Plan a visit"), reverse("customers:visit_create") + with_customer, "plan_visit"),
            Act(_("Edit"), at("customer_edit"), "edit"),
            Act(_("Add a contact person"), at("contact_create"), "add_contact"),
            Act(_("Add an address"), at("address_create"), "edit"),
            Act(_("Confirm the data"), at("customer_confirm"), "edit"),
            Act(_("Compute the grade anew"), at("customer_grade"), "edit"),
            Act(_("Put under a group"), at("customer_group"), "edit"),
            Act(_("Hand over"), at("customer_assign"), "assign"),
            Act(_("Set credit"), at("customer_credit"), "set_credit"),
            Act(_("Divide among people"), at("customer_shares"), "share"),
            Act(_("Invite to the file"), at("customer_invite"), "invite"),
            Act(_("Give up to the pool"), at("customer_release"), "release"),
            Act(_("Lift the block"), at("customer_unblock"), "unblock"),
            Act(_("Block"), at("customer_block"), "block", danger=True),
            Act(_("Protect"), at("customer_protect"), "assign"),
            Act(_("Merge another file into this one"), at("customer_merge"), "merge"),
        ]


class TellsWhatWaits:
    """After saving: which fields wait for a second person."""

    request: Any
    at: Any

    def told(self, customer: Customer) -> Customer:
        made = ApprovalRequest.objects.about(customer).filter(requested_at=self.at)
        fields = [Customer._meta.get_field(name) for row in made for name in row.payload.get("changes", {})]
        names = [str(field.verbose_name) for field in fields if field.name != "tax_override_reason"]
        if names:
            text = _("These wait for a second person, the old values hold until then: %(fields)s.")
            messages.info(self.request, text % {"fields": ", ".join(names)})
        return customer


class CustomerCreate(TellsWhatWaits, RecordCreateView):
    model = Customer
    form_class = CustomerCreateForm
    title = _("New customer")

    def get_initial(self) -> dict[str, Any]:
        given = super().get_initial()
        return {k: v for k, v in given.items() if k in ("name", "country", "phone")}

    def perform(self, form: Any, *, actor: Any, at: Any) -> Customer:
        values = form.values()
        return self.told(services.create_customer(actor=actor, at=at, first_contact=form.contact(), **values))


class CustomerEdit(TellsWhatWaits, RecordUpdateView):
    model = Customer
    form_class = CustomerEditForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> Customer:
        return self.told(
            services.update_customer(actor=actor, at=at, customer=self.object, **form.cleaned_data)
        )


class CustomerCredit(TellsWhatWaits, RecordUpdateView):
    """Credit limit and payment terms, by finance or the manager."""

    asks_again = True
    model = Customer
    form_class = CreditForm
    verb = "set_credit"
    title = _("Set credit")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Customer:
        values = {name: form.cleaned_data[name] for name in CREDIT_FIELDS}
        return self.told(services.update_customer(actor=actor, at=at, customer=self.object, **values))


class CustomerAssign(ActionView):
    model = Customer
    check_version = True
    verb = "assign"
    form_class = AssignOwnerForm
    title = _("Hand over")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"customer": self.object}

    def get_explain(self, obj: Customer) -> Any:
        return _(
            "From the day you name, the customer counts for the new owner and the new owner's team. What happened "
            "before stays with %(name)s."
        ) % {"name": obj.owner or _("nobody")}

    def perform(self, obj: Customer, form: Any, *, actor: Any, at: Any) -> Customer:
        services.assign_owner(actor=actor, at=at, customer=obj, **form.cleaned_data)
        messages.success(self.request, _("%(customer)s was handed over.") % {"customer": obj})
        return obj

    def get_success_url(self, obj: Any) -> str:
        visible = Customer.objects.visible_to(self.request.user).filter(pk=obj.pk).exists()
        return obj.get_absolute_url() if visible else reverse("customers:customer_list")


class DuplicateCheck(HouseView):
    """What is on file like the company being typed; by POST, because urls are written to logs."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if not (can(request.user, "add", Customer)):
            return HttpResponse(status=403)
        typed = {
            name: request.POST.get(name, "")[:300]
            for name in ("name", "phone", "tax_number", "country", "kind")
        }
        today = timezone.localdate(self.at)
        home = "" if typed["kind"] == "overseas" else rule("customers.home_country", on=today)
        country = country_code(typed["country"], home=home)
        tax = check_tax_number(typed["tax_number"], country=country)
        try:
            phone = normalise_phone(typed["phone"], country=country)
        except InvalidInput:
            phone = ""
        hits = duplicate_hits(
            user=request.user,
            on=today,
            name=typed["name"] if len(typed["name"].strip()) > 1 else "",
            tax_number=tax.number,
            phone=phone,
            exclude=row_key(request.POST.get("exclude", "")),
        )
        claims = {
            hit.pk: f"{reverse('customers:ownershipclaim_create')}?about={token_for(hit.pk, request.user)}"
            for hit in hits
            if hit.is_likely and hit.claimable_by(request.user)
        }
        context = {
            "hits": [(hit, claims.get(hit.pk, "")) for hit in hits],
            "likely": any(hit.is_likely for hit in hits),
            "tax": tax,
        }
        return render(request, "customers/duplicates.html", context)
