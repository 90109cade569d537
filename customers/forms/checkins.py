"""Forms of checking in, of places, and of checklists."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import AnswerKind, VisitKind
from customers.forms.visit_reports import CheckInFields, PhotosField
from customers.models import Address, Checklist, Customer
from customers.services.checkins import position_of
from customers.services.checklists import Point
from salesops.accounts.models import Team
from salesops.ui.forms import ActForm, ExactDecimalField, line_formset


class CheckInForm(ActForm, CheckInFields):
    """Checking in alone, before the words are written; with the photos taken on arrival."""

    photos = PhotosField(label=_("Photos"), required=False)

    def layout(self) -> Layout:
        return Layout(*self.arrival(), self._cell("photos"))

    def field_of(self, error: Any) -> str:
        return {"file": "photos"}.get(error.field, error.field)

    def values(self) -> dict[str, Any]:
        """Arguments of the service."""
        data = self.cleaned_data
        return {
            "position": position_of(data),
            "reason": data.get("place_reason", ""),
            "captured_at": data.get("captured_at"),
            "device_at": data.get("device_at"),
            "photos": data.get("photos") or (),
        }


class PlaceForm(ActForm):
    """Coordinates of a customer's address, as a map service gives them."""

    latitude = ExactDecimalField(label=_("Latitude"), max_digits=9, decimal_places=6)
    longitude = ExactDecimalField(label=_("Longitude"), max_digits=9, decimal_places=6)
    address = forms.ModelChoiceField(
        queryset=Address.objects.none(),
        label=_("Address"),
        required=False,
        help_text=_("Empty: the main address of the file."),
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].queryset = Address.objects.visible_to(self.user).filter(customer=customer)


class AcceptPlaceForm(ActForm):
    address = forms.ModelChoiceField(
        queryset=Address.objects.none(),
        label=_("Address"),
        required=False,
        help_text=_("Empty: the main address of the file."),
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].queryset = Address.objects.visible_to(self.user).filter(customer=customer)


class PointForm(ActForm):
    text = forms.CharField(label=pgettext_lazy("checklist", "Point"), max_length=300)
    answer = forms.ChoiceField(
        label=pgettext_lazy("checklist", "Answer"), choices=AnswerKind.choices, initial=AnswerKind.TICK
    )
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    hours_before = forms.IntegerField(
        label=_("Hours before arrival"), min_value=0, max_value=8760, required=False
    )
    unit = forms.ModelChoiceField(
        queryset=Team.objects.filter(is_active=True), label=_("Responsible unit"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("answer", "unit"):
            self.fields[name].widget.attrs["class"] = "form-select"


class ChecklistForm(ActForm):
    """The next version of a kind's checklist; it starts with the points of the one in use."""

    kind = forms.ChoiceField(label=_("Kind"), choices=VisitKind.choices)
    note = forms.CharField(label=_("Remarks"), max_length=300, required=False)
    lines_formset = line_formset(PointForm, minimum=1, maximum=60, extra=1)
    lines_title = _("Points")
    wide = ("note",)

    def __init__(self, *args: Any, base: Checklist | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.base = base
        if base is not None:
            self.initial.setdefault("kind", base.kind)

    def lines_initial(self) -> list[dict[str, Any]]:
        if self.base is None or self.is_bound:
            return []
        names = ("text", "answer", "required", "hours_before", "unit")
        return [
            {name: getattr(item, "unit_id" if name == "unit" else name) for name in names}
            for item in self.base.items.all()
        ]

    def values(self) -> dict[str, Any]:
        rows = [getattr(form, "cleaned_data", None) or {} for form in self.lines.forms]
        points = [
            Point(row["text"], row["answer"], row["required"], row["hours_before"], row["unit"])
            for row in rows
            if row.get("text") and not row.get("DELETE")
        ]
        return {"kind": self.cleaned_data["kind"], "note": self.cleaned_data["note"], "points": points}
