"""What the record of a visit asks besides its words: checklist, arrival, photos, a task."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.choices import AnswerKind, VisitKind, VisitOutcome
from customers.fields import Chips
from customers.models import ChecklistItem
from customers.services.checkins import position_of
from customers.services.reports import NewTask, Report
from salesops.documents.forms import FilesField, FilesInput
from salesops.ui.forms import DateInput, as_house

POSITION = ("latitude", "longitude", "accuracy", "captured_at", "device_at")
ARRIVAL = ("arrived", "place_reason", *POSITION)
SCORES = [("", "–"), *((str(n), str(n)) for n in range(1, 6))]
END_OF_DAY = time(18)


def long_text(label: Any) -> forms.CharField:
    """A text of some lines that may stay empty."""
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=5000
    )


class PhotosField(FilesField):
    """No photo, one, or several; what they are is judged by the service."""

    widget = FilesInput(attrs={"accept": "image/*", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return super().clean(data, initial) if data else []


class CheckInFields(forms.Form):
    """ "I am there now": ticked with JavaScript, the device is asked where it is."""

    arrived = forms.BooleanField(
        label=_("I am at the customer's now: check in"),
        required=False,
        widget=forms.CheckboxInput(attrs={"data-locate": ""}),
    )
    place_reason = forms.CharField(
        label=_("Why far away, or without position"), max_length=300, required=False
    )
    latitude = forms.DecimalField(
        min_value=-90, max_value=90, max_digits=9, decimal_places=6, required=False, widget=forms.HiddenInput
    )
    longitude = forms.DecimalField(
        min_value=-180,
        max_value=180,
        max_digits=9,
        decimal_places=6,
        required=False,
        widget=forms.HiddenInput,
    )
    accuracy = forms.IntegerField(min_value=0, max_value=10_000_000, required=False, widget=forms.HiddenInput)
    captured_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    device_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A position that cannot be read is none: it says why, or is taken anew; nobody sees the hidden fields."""
        cleaned = super().clean() or {}
        wrong = [name for name in POSITION if name in self.errors]
        for name in wrong:
            del self.errors[name]
        for name in POSITION if wrong else ():
            cleaned.pop(name, None)
        if wrong and "arrived" in self.fields and not cleaned.get("place_reason"):
            self.add_error(
                "arrived", _("The position of the device cannot be read; tick it anew, or say why below.")
            )
        return cleaned

    def arrival(self) -> list[Any]:
        """The tick, what the device says, and the reason where one is needed."""
        if "arrived" not in self.fields:
            return []
        asked = bool(
            self.errors.get("place_reason") or self.errors.get("arrived") or self.data.get("place_reason")
        )
        css = "place-reason" if asked else "place-reason js-later"
        waiting, found = gettext("Asking the device where it is…"), gettext("Position taken, within %s m.")
        none = gettext("The device gives no position; say why.")
        said = format_html(
            '<p class="place-said" role="status" data-waiting="{}" data-found="{}" data-none="{}"></p>',
            waiting,
            found,
            none,
        )
        return [
            Div(
                "arrived",
                HTML(said),
                Div("place_reason", css_class=css),
                *POSITION,
                css_class="check-in",
            )
        ]


class ReportFields(CheckInFields):
    """Outcome, the customer's words, competitors, product_wishes, photos, a task, and the checklist of each kind."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("visit", "Outcome"), choices=VisitOutcome.choices, widget=Chips, required=False
    )
    feedback = long_text(_("The customer's words"))
    competitor_facts = long_text(_("Competitors: what was seen and heard"))
    product_wishes = long_text(_("Product demands and suggestions"))
    unplanned_reason = forms.CharField(
        label=_("Why it was not planned"),
        max_length=200,
        required=False,
        help_text=_("For a visit in person."),
    )
    photos = PhotosField(label=_("Photos"), required=False)
    task_title = forms.CharField(label=_("Task that comes of it"), max_length=200, required=False)
    task_due = forms.DateField(label=_("Task due on"), widget=DateInput(), required=False)
    client_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # For a device without network: whom the visit is to (``offline.key_of``).
    whom = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)

    def add_checklists(self) -> None:
        """A field for each point of the checklists in use; the service asks for those of the kind chosen."""
        items = ChecklistItem.objects.filter(checklist__is_current=True).select_related("checklist")
        self.items = [item for item in items if item.checklist.kind != VisitKind.RECEPTION]
        for item in self.items:
            self.fields[f"check_{item.pk}"] = field = _answer_field(item)
            as_house(field)

    def drop_check_in(self) -> None:
        for name in ARRIVAL:
            self.fields.pop(name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("task_due") and not cleaned.get("task_title"):
            self.add_error("task_title", _("Say what is to be done."))
        elif cleaned.get("task_title") and not cleaned.get("task_due") and "task_due" not in self.errors:
            self.add_error("task_due", _("Say until when."))
        return cleaned

    def field_of(self, error: Any) -> str:
        """Where a refusal of a part of the report is shown."""
        return {"file": "photos", "due_at": "task_due", "title": "task_title"}.get(error.field, error.field)

    def with_report(self, values: dict[str, Any]) -> dict[str, Any]:
        """The arguments of ``report_visit`` from the values of the form."""
        get = values.pop
        report = Report(
            **{
                n: get(n, "")
                for n in ("outcome", "feedback", "competitor_facts", "product_wishes", "unplanned_reason")
            },
            answers={item.pk: str(get(f"check_{item.pk}", "") or "") for item in self.items},
            photos=get("photos", None) or (),
            task=self._task(get("task_title", ""), get("task_due", None)),
            arrived=get("arrived", False),
            position=position_of(values),
            place_reason=get("place_reason", ""),
            captured_at=get("captured_at", None),
            device_at=get("device_at", None),
        )
        for name in ("latitude", "longitude", "accuracy", "whom"):
            values.pop(name, None)
        return values | {"report": report}

    def _task(self, title: str, due: Any) -> NewTask | None:
        if not title or not due:
            return None
        return NewTask(title, self.user, timezone.make_aware(datetime.combine(due, END_OF_DAY)))

    def report_layout(self) -> Layout:
        """Words first, then arrival and checklist, then the folded rest."""
        checks = {f"check_{item.pk}" for item in self.items}
        left_out = checks | set(self.more) | set(ARRIVAL) | {"client_key"}
        if self.fields["whom"].widget.is_hidden:
            left_out.add("whom")
        first = [self._cell(name) for name in self.fields if name not in left_out]
        rest = [name for name in self.fields if name in self.more]
        opened = " open" if any(name in self.errors for name in rest) else ""
        return Layout(
            "client_key",
            *(["whom"] if "whom" in left_out else []),
            Div(*first, css_class="form-grid"),
            *self.arrival(),
            *self._groups(),
            HTML(f'<details class="form-more"{opened}><summary>{gettext("More fields")}</summary>'),
            Div(*[self._cell(name) for name in rest], css_class="form-grid"),
            HTML("</details>"),
        )

    def _groups(self) -> list[Any]:
        """The points of each kind below its name; the page shows those of the kind chosen."""
        labels = dict(VisitKind.choices)
        kinds = dict.fromkeys(item.checklist.kind for item in self.items)
        return [
            Div(
                HTML(format_html("<h3>{}</h3>", _("Checklist: %(kind)s") % {"kind": labels[kind]})),
                *[f"check_{item.pk}" for item in self.items if item.checklist.kind == kind],
                css_class="check-group",
                data_kind=kind,
            )
            for kind in kinds
        ]


def _answer_field(item: ChecklistItem) -> forms.Field:
    label = f"{item} *" if item.required else str(item)
    if item.answer == AnswerKind.TICK:
        return forms.BooleanField(label=label, required=False)
    if item.answer == AnswerKind.SCORE:
        return forms.ChoiceField(label=label, choices=SCORES, required=False)
    attrs = {"inputmode": "decimal"} if item.answer == AnswerKind.NUMBER else {}
    return forms.CharField(label=label, required=False, max_length=1000, widget=forms.TextInput(attrs=attrs))
