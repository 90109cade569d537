"""Forms of visit plans."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import PlanSpan, VisitKind
from customers.fields import Chips
from customers.forms.customers import PersonChoice
from customers.models import Customer, VisitPlan
from customers.permissions.visits import VisitPlanPolicy
from customers.selectors import people_in_reach
from customers.selectors.rhythm import due_customers
from customers.services.visit_plans import PlanLine, span_of
from salesops.core.keys import is_key
from salesops.core.periods import FIRST_DAY, LAST_DAY
from salesops.ui.forms import SHORT, ActForm, DateInput, RecordPicker, line_formset

MOST_PROPOSED = 30


class SharedPicker(RecordPicker):
    """The choices of all lines are read once per form."""

    listed: Any = None

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        rows = self.listed()
        chosen = [str(v) for v in value if v not in ("", None)]
        field = self.choices.field
        known = {str(row.pk) for row in rows}
        keys = [v for v in chosen if v not in known and is_key(v)]
        extra = list(field.queryset.filter(pk__in=keys)[:5])
        pairs = [("", field.empty_label or "–")] + [
            (row.pk, field.label_from_instance(row)) for row in [*extra, *rows]
        ]
        source, self.choices = self.choices, pairs
        try:
            return forms.Select.optgroups(self, name, value, attrs)
        finally:
            self.choices = source


class PlanLineForm(ActForm):
    customer = forms.ModelChoiceField(
        queryset=Customer.objects.order_by("name", "pk"), label=_("Customer"), widget=SharedPicker
    )
    date = forms.DateField(label=_("Date"), widget=DateInput())
    kind = forms.ChoiceField(
        label=_("Kind"),
        initial=VisitKind.VISIT,
        choices=[(k.value, k.label) for k in VisitKind if k != VisitKind.RECEPTION],
    )
    purpose = forms.CharField(label=pgettext_lazy("visit", "Purpose"), max_length=300)
    expected_result = forms.CharField(label=_("Expected result"), max_length=300, required=False)
    planned_minutes = forms.IntegerField(
        label=pgettext_lazy("duration", "Minutes"), min_value=1, max_value=1440, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["customer"]
        shared = self.user.__dict__.setdefault("_plan_rows", {}) if self.user is not None else {}
        offered = field.queryset

        def listed() -> list[Customer]:
            if "customers" not in shared:
                shared["customers"] = list(offered[:SHORT])
            return shared["customers"]

        field.widget.listed = listed
        field.widget.attrs.update({"class": "form-select", "data-pick": _choices_url()})
        self.fields["kind"].widget.attrs["class"] = "form-select"


def _choices_url() -> str:
    from django.urls import reverse

    return reverse("ui:choices", args=["customers.customer"])


class PlanForm(ActForm):
    """Whose plan, for which month or week, and its visits."""

    span = forms.ChoiceField(label=_("Span"), choices=PlanSpan.choices, widget=Chips)
    day = forms.DateField(
        label=_("A day of the month or week"), widget=DateInput(), help_text=_("Weeks begin on Monday.")
    )
    owner = PersonChoice(label=_("Whose plan"))
    note = forms.CharField(label=_("Remarks"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    lines_formset = line_formset(PlanLineForm, minimum=0, maximum=200, extra=1)
    lines_title = _("Visits")

    def __init__(self, *args: Any, user: Any = None, plan: VisitPlan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.plan = plan
        if plan is not None:
            for name in ("span", "day", "owner"):
                self.fields.pop(name)
            self.initial.setdefault("note", plan.note)
            return
        people = people_in_reach(user, VisitPlanPolicy(), "edit", on=timezone.localdate())
        self.fields["owner"].queryset = people
        if list(people.values_list("pk", flat=True)[:2]) == [user.pk]:
            self.fields.pop("owner")
        else:
            self.initial.setdefault("owner", user.pk)
        self.initial.setdefault("span", PlanSpan.MONTH)
        self.initial.setdefault("day", next_month(timezone.localdate()))

    def lines_initial(self) -> list[dict[str, Any]]:
        """The lines of the plan; a new one starts with who is due by the rhythm in its span."""
        if self.plan is not None:
            names = ("customer", "date", "kind", "purpose", "expected_result", "planned_minutes")
            return [
                {name: getattr(line, f"{name}_id" if name == "customer" else name) for name in names}
                for line in self.plan.lines.all()
            ]
        if self.is_bound or self.user is None:
            return []
        return proposal(self.user, self.initial["span"], self.initial["day"], timezone.localdate())

    def values(self) -> dict[str, Any]:
        """Arguments for the service."""
        given = {k: v for k, v in self.cleaned_data.items() if k in ("span", "day", "owner", "note")}
        if self.plan is not None:
            plan = self.plan
            given |= {"span": plan.span, "day": plan.from_date, "owner": plan.owner, "plan": plan}
        given.setdefault("owner", self.user)
        return given | {"lines": self.line_inputs()}

    def line_inputs(self) -> list[PlanLine]:
        rows = [getattr(form, "cleaned_data", None) or {} for form in self.lines.forms]
        names = ("customer", "date", "purpose", "kind", "expected_result", "planned_minutes")
        return [
            PlanLine(**{name: row[name] for name in names})
            for row in rows
            if row.get("customer") and not row.get("DELETE")
        ]


def next_month(today: date) -> date:
    """The first day of the month that a plan is written for now: the next one from the 20th on."""
    return today if today.day < 20 else (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def proposal(user: Any, span: Any, day: Any, today: date) -> list[dict[str, Any]]:
    """Who is due in the span by the rhythm, on the day due but not before today; weekends move to Monday."""
    try:
        day = day if isinstance(day, date) else date.fromisoformat(str(day))
    except ValueError:
        return []
    if not FIRST_DAY < day < LAST_DAY:
        return []
    first, last = span_of(str(span), day)
    if last < today:
        return []
    rows = []
    for customer in due_customers(user, on=today, until=last, limit=MOST_PROPOSED):
        when = max(customer.due_date, first, today)
        when += timedelta(days=(7 - when.weekday()) % 7 if when.weekday() > 4 else 0)
        if when <= last:
            kind = VisitKind.RETURN_VISIT if customer.last_visit else VisitKind.FIRST_VISIT
            rows.append({"customer": customer.pk, "date": when, "kind": kind, "purpose": ""})
    return rows


class SelfCheckForm(ActForm):
    self_check = forms.CharField(
        label=_("What became of the plan"), widget=forms.Textarea(attrs={"rows": 5}), max_length=5000
    )


class ReviewForm(ActForm):
    review = forms.CharField(label=_("Review"), widget=forms.Textarea(attrs={"rows": 4}), max_length=5000)
