"""Forms of receptions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import StopKind
from customers.forms.customers import PersonChoice
from customers.forms.parts import amount_field
from customers.models import Customer, Reception
from customers.permissions import VisitPolicy
from customers.selectors import people_in_reach
from customers.services.receptions import Point, Stop
from salesops.accounts.models import Team
from salesops.ui.forms import ActForm, DateTimeInput, RecordForm, line_formset


class ReceptionForm(RecordForm):
    """What is known of the guests; the rest follows as it becomes known."""

    owner = PersonChoice(label=_("Host"), required=False)
    budget = amount_field(_("Budget in base currency"), required=False)
    more = ("departure", "flight", "hotel", "room", "diet", "budget", "itinerary", "owner")
    wide = ("purpose", "customer", "diet", "flight", "hotel")

    class Meta:
        model = Reception
        fields = (
            "customer", "arrival", "level", "purpose", "guests", "departure", "flight", "hotel", "room", "diet",
            "itinerary", "budget",
        )  # fmt: skip
        widgets = {
            "guests": forms.Textarea(attrs={"rows": 3}),
            "itinerary": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["owner"].queryset = people_in_reach(user, VisitPolicy(), "edit", on=timezone.localdate())
        if self.instance.pk:
            for name in ("customer", "owner"):
                self.fields.pop(name)
        else:
            self.fields["customer"].queryset = Customer.objects.visible_to(user, "edit")

    def _post_clean(self) -> None:
        """Rules are the service's."""

    def values(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        if not self.instance.pk:
            values["owner"] = values.get("owner") or self.user
        return values


def _units() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset=Team.objects.filter(is_active=True), label=_("Responsible unit"), required=False
    )


class PreparationLine(ActForm):
    """A point to prepare. ``item`` is the one that stands there now."""

    text = forms.CharField(label=pgettext_lazy("checklist", "Point"), max_length=300)
    unit = _units()
    due_at = forms.DateTimeField(label=pgettext_lazy("reception", "Due"), widget=DateTimeInput())
    item = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].widget.attrs["class"] = "form-select"


class PreparationsForm(ActForm):
    """All points that are not done; own ones are added at the end."""

    lines_formset = line_formset(PreparationLine, minimum=0, maximum=60, extra=1)
    lines_title = _("Preparations")

    def __init__(self, *args: Any, reception: Reception, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reception = reception

    def lines_initial(self) -> list[dict[str, Any]]:
        if self.is_bound:
            return []
        return [
            {"item": item.pk, "text": str(item), "unit": item.unit_id, "due_at": _local(item.due_at)}
            for item in self.reception.items.filter(done_at__isnull=True)
        ]

    def values(self) -> dict[str, Any]:
        known = {item.pk: item for item in self.reception.items.filter(done_at__isnull=True)}
        points = []
        for row in _filled(self.lines):
            old = known.get(row["item"])
            same = old is not None and row["text"] == str(
                old
            )  # shown in the reader's language, kept as written
            points.append(
                Point(
                    old.text if same else row["text"],
                    row["due_at"],
                    row["unit"],
                    row["item"] if old else None,
                )
            )
        return {"points": points}


class StopLine(ActForm):
    starts_at = forms.DateTimeField(label=pgettext_lazy("itinerary", "Begins"), widget=DateTimeInput())
    kind = forms.ChoiceField(label=_("Kind"), choices=StopKind.choices, initial=StopKind.TALK)
    text = forms.CharField(label=pgettext_lazy("itinerary", "What"), max_length=300)
    place = forms.CharField(label=pgettext_lazy("itinerary", "Where"), max_length=200, required=False)
    unit = _units()
    stop = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].label = _("Agreed with")
        for name in ("unit", "kind"):
            self.fields[name].widget.attrs["class"] = "form-select"


class ItineraryForm(ActForm):
    lines_formset = line_formset(StopLine, minimum=0, maximum=60, extra=1)
    lines_title = _("Itinerary")

    def __init__(self, *args: Any, reception: Reception, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reception = reception

    def lines_initial(self) -> list[dict[str, Any]]:
        if self.is_bound:
            return []
        names = ("kind", "text", "place")
        return [
            {"stop": stop.pk, "starts_at": _local(stop.starts_at), "unit": stop.unit_id}
            | {name: getattr(stop, name) for name in names}
            for stop in self.reception.stops.all()
        ]

    def values(self) -> dict[str, Any]:
        known = set(self.reception.stops.values_list("pk", flat=True))
        names = ("starts_at", "kind", "text", "place", "unit")
        return {
            "stops": [
                Stop(
                    **{name: row[name] for name in names}, stop=row["stop"] if row["stop"] in known else None
                )
                for row in _filled(self.lines)
            ]
        }


def _filled(lines: Any) -> list[dict[str, Any]]:
    rows = [getattr(form, "cleaned_data", None) or {} for form in lines.forms]
    return [row for row in rows if row.get("text") and not row.get("DELETE")]


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(second=0, microsecond=0, tzinfo=None)


class ArrivedForm(ActForm):
    reason = forms.CharField(
        label=_("Why earlier than planned"),
        max_length=200,
        required=False,
        help_text=_("Only where they came on a day before the one they were expected on."),
    )


class CloseForm(ActForm):
    result = forms.CharField(label=_("Result"), widget=forms.Textarea(attrs={"rows": 5}), max_length=10000)
