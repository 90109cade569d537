"""Forms of customer work: few fields first, the rest folded."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.conf import settings
from django.core.validators import MinValueValidator
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import AddressKind, CoOwners
from customers.fields import Chips
from customers.identifiers import show_phone
from customers.masking import Concealing, sees_plain
from customers.models import Address, Contact, Customer
from customers.permissions import CREDIT_FIELDS, CustomerPolicy
from customers.selectors import people_in_reach, shares_on
from salesops.accounts.models import User
from salesops.core.policies import can
from salesops.ui.forms import ActForm, DateInput, RecordForm

DUPLICATE_FIELDS = ("name", "country", "kind", "phone", "tax_number")


def not_negative(form: forms.BaseForm) -> None:
    """Amounts of a file are zero or more; the database refuses others, a field says so before."""
    for name in ("annual_revenue", "credit_limit", "registered_capital", "yearly_potential"):
        if name in form.fields:
            form.fields[name].validators.append(MinValueValidator(0))


class PersonChoice(forms.ModelChoiceField):
    """People by name; the choices are set by the form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), **kwargs)


class CustomerFileForm(Concealing, RecordForm):
    """What create and edit share: checks for duplicates while typing, reasons where a check refuses."""

    other_company = forms.BooleanField(
        label=_("It is another company; open a file for it all the same"), required=False
    )
    more: tuple[str, ...] = (
        "short_name", "address", "employees", "annual_revenue", "parent", "currency", "payment_term",
        "credit_limit", "bank_name", "bank_account", "legal_rep", "registered_capital", "founded_on", "yearly_potential",
        "competitor_suppliers", "preferences", "service_plan", "visit_every", "culture_notes", "created_date", "code",
        "remarks",
    )  # fmt: skip
    wide = ("name", "address")

    class Meta:
        model = Customer
        fields = (
            "name", "country", "customer_class", "kind", "region", "industry", "phone", "tax_number",
            "tax_override_reason", "source", "short_name", "address", "employees", "annual_revenue", "parent",
            "currency", "payment_term", "credit_limit", "bank_name", "bank_account", "legal_rep", "registered_capital",
            "founded_on", "yearly_potential", "competitor_suppliers", "preferences", "service_plan", "visit_every",
            "culture_notes", "remarks",
        )  # fmt: skip

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        on_file = self.instance if self.instance.pk else Customer
        if not can(user, "set_credit", on_file):
            for name in CREDIT_FIELDS:
                self.fields.pop(name, None)
        if self.instance.pk and not sees_plain(user, self.instance):
            self.conceal("phone", "bank_account")
        elif self.instance.pk and not self.is_bound:
            self.initial["phone"] = show_phone(self.instance.phone)
        not_negative(self)
        for name in DUPLICATE_FIELDS:
            self.fields[name].widget.attrs["data-duplicate"] = ""

    def _post_clean(self) -> None:
        """Rules are the service's; the row itself is not filled from the form here."""

    def layout(self) -> Layout:
        """The usual grid, with the duplicate warning under the fields that it is about."""
        asked = bool(self.errors.get("other_company") or self.data.get("other_company"))
        reason = bool(
            self.errors.get("tax_number")
            or self.data.get("tax_override_reason")
            or self.instance.tax_override_reason
        )
        left_out = {"other_company"} | (set() if reason else {"tax_override_reason"})
        first = [n for n in self.fields if n not in self.more and n not in left_out]
        unseen = [n for n in first if self.fields[n].widget.is_hidden]
        contact = [n for n in first if n.startswith("contact_")]
        company = [n for n in first if n not in unseen and n not in contact]
        rest = [n for n in self.fields if n in self.more]
        opened = " open" if any(name in self.errors for name in rest) else ""
        watch = render_to_string("customers/duplicate_watch.html", {"pk": self.instance.pk or ""})
        confirm = [self._cell("other_company")] if asked else []
        return Layout(
            *unseen,
            self._grid(company),
            HTML(watch),
            Div(*confirm, css_id="duplicates", css_class="duplicates", aria_live="polite"),
            self._grid(contact),
            HTML(f'<details class="form-more"{opened}><summary>' + _("More fields") + "</summary>"),
            self._grid(rest),
            HTML("</details>"),
        )

    def _grid(self, names: list[str]) -> Div:
        return Div(*[self._cell(name) for name in names], css_class="form-grid")


class CustomerCreateForm(CustomerFileForm):
    """A new file: with its main contact, so that one form does it all."""

    owner = PersonChoice(label=_("Owner"), required=False)
    code = forms.CharField(
        label=_("Code"), max_length=60, required=False, help_text=_("Empty: the next number of the series.")
    )
    created_date = forms.DateField(label=_("Customer since"), widget=DateInput(), required=False)
    contact_name = forms.CharField(label=_("Main contact"), max_length=100, required=False)
    contact_title = forms.CharField(label=_("Post of the contact"), max_length=100, required=False)
    contact_phone = forms.CharField(label=_("Telephone of the contact"), max_length=60, required=False)
    contact_email = forms.EmailField(label=_("E-mail of the contact"), required=False)

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        people = people_in_reach(user, CustomerPolicy(), "edit", on=timezone.localdate())
        self.fields["owner"].queryset = people
        self.fields["owner"].required = True
        reach = list(people.values_list("pk", flat=True)[:2])
        if reach == [user.pk]:
            self.fields["owner"].widget = forms.HiddenInput()
        if people.filter(pk=user.pk).exists():
            self.initial.setdefault("owner", user.pk)
        self.initial.setdefault("currency", settings.BASE_CURRENCY)

    def contact(self) -> dict[str, Any]:
        """Fields of the main contact."""
        data = self.cleaned_data
        return {name: data[f"contact_{name}"] for name in ("name", "title", "phone", "email")}

    def values(self) -> dict[str, Any]:
        """Fields of the file itself."""
        return {k: v for k, v in self.cleaned_data.items() if not k.startswith("contact_")}


class CustomerEditForm(CustomerFileForm):
    class Meta(CustomerFileForm.Meta):
        pass


class CreditForm(RecordForm):
    """Credit limit and payment terms, for who sets them."""

    class Meta:
        model = Customer
        fields = CREDIT_FIELDS

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        not_negative(self)

    def _post_clean(self) -> None:
        pass


class AssignOwnerForm(ActForm):
    owner = PersonChoice(label=_("New owner"))
    from_date = forms.DateField(label=_("From"), widget=DateInput())
    co_owners = forms.ChoiceField(
        label=_("Who has a part, too"), choices=CoOwners.choices, widget=Chips, required=False
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    wide = ("co_owners",)

    def __init__(self, *args: Any, user: Any = None, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        others = [
            part.owner.name
            for part in shares_on(customer, timezone.localdate())
            if part.owner_id != customer.owner_id
        ]
        if others:
            self.fields["co_owners"].help_text = ", ".join(others)
        else:
            self.fields.pop("co_owners")
        reach = people_in_reach(user, CustomerPolicy.assignment, "edit", on=timezone.localdate())
        self.fields["owner"].queryset = reach
        self.initial.setdefault("from_date", timezone.localdate())


class ContactForm(Concealing, RecordForm):
    more = ("birthday", "habits")
    wide = ("habits",)

    class Meta:
        model = Contact
        fields = (
            "name", "title", "part", "phone", "second_phone", "email", "chat", "channel", "is_primary", "left",
            "birthday", "habits",
        )  # fmt: skip

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if self.instance.pk is None:
            self.fields.pop("left")
        elif not sees_plain(user, self.instance.customer):
            self.conceal("phone", "second_phone", "email", "chat", "birthday")
        elif not self.is_bound:
            for name in ("phone", "second_phone"):
                self.initial[name] = show_phone(getattr(self.instance, name))

    def _post_clean(self) -> None:
        pass


class AddressForm(Concealing, RecordForm):
    wide = ("text",)

    class Meta:
        model = Address
        fields = ("kind", "text", "receiver", "phone", "is_default")

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["kind"].choices = AddressKind.choices
        if self.instance.pk and not sees_plain(user, self.instance.customer):
            self.conceal("phone")
        elif self.instance.pk and not self.is_bound:
            self.initial["phone"] = show_phone(self.instance.phone)

    def _post_clean(self) -> None:
        pass


class PurposeForm(ActForm):
    """Why somebody needs to see what is masked."""

    purpose = forms.CharField(label=_("What do you need it for?"), max_length=300)
