"""Forms of visits: plan, log, correct, move, call off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import VisitKind, VisitOutcome
from customers.fields import Chips, ManyChips
from customers.forms.customers import PersonChoice
from customers.forms.visit_reports import END_OF_DAY, ReportFields, long_text
from customers.models import Contact, Customer, Visit
from customers.permissions import VisitPolicy
from customers.selectors import people_in_reach
from salesops.accounts.models import User
from salesops.core.keys import is_key
from salesops.ui.forms import ActForm, DateInput, DateTimeInput


class VisitFormBase(ActForm):
    """A visit to a customer that is given by the page, or chosen here."""

    customer = forms.ModelChoiceField(queryset=Customer.objects.all(), label=_("Customer"))
    owner = PersonChoice(label=_("Who goes"))
    kind = forms.ChoiceField(label=_("Kind"), choices=VisitKind.choices, widget=Chips)
    contacts = forms.ModelMultipleChoiceField(
        queryset=Contact.objects.none(), label=_("Met"), required=False, widget=ManyChips
    )
    wide = ("customer", "kind", "contacts", "purpose", "next_step")

    def __init__(self, *args: Any, user: Any = None, customer: Customer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.given = customer
        self.initial.setdefault("kind", VisitKind.VISIT)
        self._choose_owner(user, customer)
        if customer is not None:
            self.fields.pop("customer")
        self._choose_contacts(user, customer)

    def _choose_contacts(self, user: Any, customer: Customer | None) -> None:
        """The people of the given customer. Without one nobody can be offered, but who was posted is read."""
        people = Contact.objects.filter(customer=customer, left=False)
        posted = self.data.getlist("contacts") if hasattr(self.data, "getlist") else []
        if customer is None and posted:
            keys = list(filter(is_key, posted))
            people = Contact.objects.visible_to(user).filter(pk__in=keys, left=False)
        if posted or people.exists():
            self.fields["contacts"].queryset = people
        else:
            self.fields.pop("contacts")

    def _choose_owner(self, user: Any, customer: Customer | None) -> None:
        people = list(people_in_reach(user, VisitPolicy(), "edit", on=timezone.localdate()))
        pks = {person.pk for person in people}
        owner = customer.owner_id if customer else None
        default = user.pk if user.pk in pks else owner if owner in pks else None
        if pks <= {user.pk}:
            self.fields.pop("owner")
            return
        self.fields["owner"].queryset = User.objects.filter(pk__in=pks).order_by("name", "pk")
        self.initial.setdefault("owner", default)

    def values(self) -> dict[str, Any]:
        """Arguments for the service."""
        values = dict(self.cleaned_data)
        values.setdefault("customer", self.given)
        values.setdefault("owner", self.user)
        values.setdefault("contacts", [])
        return values


class PlanVisitForm(VisitFormBase):
    planned_date = forms.DateField(label=_("Planned for"), widget=DateInput())
    purpose = forms.CharField(label=pgettext_lazy("visit", "Purpose"), max_length=300, required=False)
    field_order = ("customer", "planned_date", "owner", "kind", "purpose", "contacts")


class LogFields(forms.Form):
    """What is written down after a visit; the text comes first."""

    result = forms.CharField(
        label=_("Result"),
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True, "maxlength": 10000}),
        max_length=10000,
        help_text=_("What was said, what came of it."),
    )
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)
    next_date = forms.DateField(label=_("Next date"), widget=DateInput(), required=False)
    plan_next = forms.BooleanField(label=_("Plan the next visit for that day"), required=False, initial=True)
    visited_at = forms.DateTimeField(label=_("Took place"), widget=DateTimeInput())


class LogVisitForm(VisitFormBase, LogFields, ReportFields):
    """An unplanned contact."""

    purpose = forms.CharField(label=pgettext_lazy("visit", "Purpose"), max_length=300, required=False)
    more = ("feedback", "competitor_facts", "product_wishes", "task_title", "task_due", "purpose", "owner")
    wide = (*VisitFormBase.wide, "outcome", "photos", "unplanned_reason", "place_reason", "task_title")
    field_order = (
        "customer", "kind", "result", "outcome", "next_step", "next_date", "plan_next", "contacts", "visited_at",
        "unplanned_reason", "photos", "feedback", "competitor_facts", "product_wishes", "task_title", "task_due", "owner",
        "purpose",
    )  # fmt: skip

    def __init__(self, *args: Any, at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("visited_at", _minute(at))
        self.initial.setdefault("plan_next", True)
        if self.given is not None:
            self.initial.setdefault("whom", f"c:{self.given.pk}")
        self.add_checklists()

    def layout(self) -> Layout:
        return self.report_layout()

    def values(self) -> dict[str, Any]:
        return self.with_report(super().values())


class LogPlannedVisitForm(LogVisitForm):
    """The record of a planned visit: who and where are known."""

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        kwargs["customer"] = visit.customer
        kwargs["initial"] = {"kind": visit.kind, "purpose": visit.purpose} | (kwargs.get("initial") or {})
        kwargs["initial"]["whom"] = f"v:{visit.pk}"
        kwargs["initial"]["contacts"] = list(visit.contacts.values_list("pk", flat=True))
        super().__init__(*args, **kwargs)
        self.visit = visit
        for name in ("owner", "unplanned_reason"):
            self.fields.pop(name, None)
        if hasattr(visit, "check_in"):
            self.drop_check_in()

    def values(self) -> dict[str, Any]:
        return self.with_report({"contacts": []} | dict(self.cleaned_data))


WORDS = ("result", "next_step", "outcome", "feedback", "competitor_facts", "product_wishes")


class EditVisitForm(ActForm):
    """The words of a visit; dates move by their own acts."""

    kind = forms.ChoiceField(label=_("Kind"), choices=VisitKind.choices, widget=Chips)
    purpose = forms.CharField(label=pgettext_lazy("visit", "Purpose"), max_length=300, required=False)
    result = forms.CharField(label=_("Result"), widget=forms.Textarea(attrs={"rows": 5}), required=False)
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)
    contacts = forms.ModelMultipleChoiceField(
        queryset=Contact.objects.none(), label=_("Met"), required=False, widget=ManyChips
    )
    outcome = forms.ChoiceField(
        label=pgettext_lazy("visit", "Outcome"), choices=VisitOutcome.choices, widget=Chips, required=False
    )
    feedback = long_text(_("The customer's words"))
    competitor_facts = long_text(_("Competitors: what was seen and heard"))
    product_wishes = long_text(_("Product demands and suggestions"))
    wide = ("kind", "purpose", "next_step", "contacts", "outcome")

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(visit, name) for name in ("kind", "purpose", *WORDS)} | {
            "contacts": list(visit.contacts.values_list("pk", flat=True))
        }
        super().__init__(*args, **kwargs)
        self.fields["contacts"].queryset = Contact.objects.filter(customer=visit.customer)
        if visit.state != "done":
            for name in WORDS:
                self.fields.pop(name)


class ReplanForm(ActForm):
    planned_date = forms.DateField(label=_("Planned for"), widget=DateInput())


class CancelForm(ActForm):
    reason = forms.CharField(label=_("Why is it called off?"), max_length=200)


class ComplaintForm(ActForm):
    """What is wrong, who sees to it, until when."""

    described = forms.CharField(
        label=_("What is wrong, and what the customer asks for"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
    )
    owner = PersonChoice(label=_("Who sees to it"))
    due = forms.DateField(label=pgettext_lazy("complaint", "Until"), widget=DateInput())
    urgent = forms.BooleanField(label=_("Urgent"), required=False)
    wide = ("described",)

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        people = people_in_reach(user, VisitPolicy(), "edit", on=timezone.localdate())
        self.fields["owner"].queryset = User.objects.filter(pk__in=people.values("pk")).order_by("name", "pk")
        self.initial.setdefault("owner", user.pk)
        self.initial.setdefault("due", timezone.localdate() + timedelta(days=1))

    def field_of(self, error: Any) -> str:
        return {"due_at": "due"}.get(error.field, error.field)

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return data | {"due_at": timezone.make_aware(datetime.combine(data.pop("due"), END_OF_DAY))}


def _minute(at: datetime | None) -> datetime | None:
    return timezone.localtime(at).replace(second=0, microsecond=0, tzinfo=None) if at else None
