"""Forms: one crispy helper for all, choices limited to what the person may see, exact numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db.models import QuerySet
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import BaseFormSet, formset_factory
from django.forms.utils import ErrorDict, ErrorList
from django.urls import reverse
from django.utils.choices import BlankChoiceIterator
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from salesops.core.periods import FIRST_DAY, LAST_DAY
from salesops.core.policies import ScopedQuerySet, policy_of, registered

_BREAKS = re.compile(r"[\x01-\x1f\x7f\x85\u2028\u2029]+")
MOST_INTEGER = 2**31 - 1  # what a column of whole numbers holds
DASHES = BLANK_CHOICE_DASH[0][1]  # what Django shows where nothing is chosen
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")  # as the pages show it


class ExactDecimalField(forms.DecimalField):
    """A number as typed or copied from a page: full-width digits and whole groups of thousands are understood.

    NaN, Infinity, exponents and a comma that parts no thousands (1,5) are refused.
    """

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).replace("−", "-").strip()
            if _GROUPED.fullmatch(value):
                value = value.replace(",", "")
            if value and not _NUMBER.fullmatch(value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        number = super().to_python(value)
        if number is not None and not number.is_finite():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number + 0 if number is not None and number == 0 else number


class LineField(forms.CharField):
    """A text of one line stays one line, whatever is posted: it may become a subject or a heading (I7)."""

    def to_python(self, value: Any) -> str:
        return _BREAKS.sub(" ", str(super().to_python(value) or "")) or self.empty_value


class DateInput(forms.DateInput):
    """The browser's own date picker; the value is ISO in every language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


def in_our_time(value: date) -> None:
    """Beyond these years lie typing errors and the ends of the calendar (B7)."""
    if not FIRST_DAY.year <= value.year <= LAST_DAY.year:
        raise ValidationError(_("Enter a day between 1900 and 2199."), code="invalid")


def as_house(field: forms.Field) -> None:
    """Give a field the house's reading and widget: exact numbers, ISO dates, searched choices, sentence case."""
    if field.label:
        field.label = capfirst(field.label)
    if type(field) is forms.CharField and isinstance(field.widget, forms.TextInput):
        field.__class__ = LineField
    elif isinstance(field, forms.DecimalField):
        if type(field) is forms.DecimalField:
            field.__class__ = ExactDecimalField
        if type(field.widget) is forms.NumberInput:
            attrs = {k: v for k, v in field.widget.attrs.items() if k not in ("step", "min", "max")}
            put_widget(field, forms.TextInput({**attrs, "inputmode": "decimal", "autocomplete": "off"}))
    elif type(field) is forms.IntegerField:
        field.validators = [*field.validators, MaxValueValidator(MOST_INTEGER)]
    elif isinstance(field, forms.DateTimeField):
        field.validators = [*field.validators, in_our_time]
        if type(field.widget) is forms.DateTimeInput:
            put_widget(field, DateTimeInput(field.widget.attrs))
    elif isinstance(field, forms.DateField):
        field.validators = [*field.validators, in_our_time]
        if type(field.widget) is forms.DateInput:
            put_widget(field, DateInput(field.widget.attrs))
    elif isinstance(field, forms.ModelChoiceField):
        make_picker(field)
    elif isinstance(field, forms.ChoiceField) and isinstance(field.choices, list | BlankChoiceIterator):
        # our own words begin with a capital; choices that are plain strings are somebody's data
        nothing = _("Choose…") if field.required else "–"
        field.choices = [
            (value, nothing if label == DASHES else capfirst(label) if isinstance(label, Promise) else label)
            for value, label in field.choices
        ]


def put_widget(field: forms.Field, widget: forms.Widget) -> None:
    widget.is_required = field.widget.is_required
    widget.is_localized = field.widget.is_localized
    field.widget = widget


class HouseForm:
    """What every form here shares; ``more`` names fields that are folded away at first.

    ``wide`` names fields that take the whole width (text areas do by themselves).
    """

    more: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()
    lines_formset: type[BaseFormSet] | None = None
    lines_title: Any = ""
    user: Any

    def setup(self, user: Any) -> None:
        """Limit every choice of records to what ``user`` may see (Z6), long ones become pickers."""
        self.user = user
        for field in self.fields.values():  # type: ignore[attr-defined]
            if user is not None and isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = visible(field.queryset, user)
            as_house(field)

    @cached_property
    def helper(self) -> FormHelper:
        """Crispy's helper: the form tag, the token and the buttons belong to the page."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.include_media = False
        helper.layout = self.layout()
        return helper

    def layout(self) -> Layout:
        """First the few fields, then the folded rest."""
        names = list(self.fields)  # type: ignore[attr-defined]
        first = [self._cell(name) for name in names if name not in self.more]
        parts: list[Any] = [Div(*first, css_class="form-grid")]
        rest = [name for name in names if name in self.more]
        if rest:
            opened = " open" if any(name in self.errors for name in rest) else ""  # type: ignore[attr-defined]
            summary = _("More fields")
            parts += [
                HTML(f'<details class="form-more"{opened}><summary>{summary}</summary>'),
                Div(*[self._cell(name) for name in rest], css_class="form-grid"),
                HTML("</details>"),
            ]
        return Layout(*parts)

    def _cell(self, name: str) -> Any:
        field = self.fields[name]  # type: ignore[attr-defined]
        wide = name in self.wide or isinstance(field.widget, forms.Textarea)
        return Div(name, css_class="form-cell form-cell-wide" if wide else "form-cell")

    @cached_property
    def lines(self) -> BaseFormSet | None:
        """The formset of lines below the form, bound when the form is."""
        if self.lines_formset is None:
            return None
        data = self.data if self.is_bound else None  # type: ignore[attr-defined]
        return self.lines_formset(
            data=data,
            initial=self.lines_initial(),
            prefix="lines",
            form_kwargs={"user": self.user},
        )

    def lines_initial(self) -> list[dict[str, Any]]:
        """Rows that the lines start with; override for editing."""
        return []

    def quiet(self) -> None:
        """Show what was typed without judging it yet."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        if self.lines is not None:
            self.lines._errors, self.lines._non_form_errors = [], ErrorList()
            for line in self.lines.forms:
                line._errors, line.cleaned_data = ErrorDict(), {}

    def is_valid(self) -> bool:
        valid = super().is_valid()  # type: ignore[misc]
        return (self.lines is None or self.lines.is_valid()) and valid


class SavedByService:
    """A form over a model whose saving is the service's job, so that it has no ``save`` of its own."""

    def save(self, commit: bool = True) -> Any:
        raise NotImplementedError("a service saves")


class RecordForm(SavedByService, HouseForm, forms.ModelForm):
    """A form over a model."""

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setup(user)


class ActForm(HouseForm, forms.Form):
    """A form for one act, or one line of a formset."""

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setup(user)


class LineFormSet(BaseFormSet):
    """Lines of a document; what is missing is said in the words of a form on paper."""

    default_error_messages = {
        **BaseFormSet.default_error_messages,
        "too_few_forms": ngettext_lazy(
            "Fill in at least %(num)d line.", "Fill in at least %(num)d lines.", "num"
        ),
        "too_many_forms": ngettext_lazy("At most %(num)d line fits.", "At most %(num)d lines fit.", "num"),
    }


def line_formset(
    form: type[forms.BaseForm], *, minimum: int = 1, maximum: int = 200, extra: int = 1
) -> type[BaseFormSet]:
    """Lines of a document: at least ``minimum``, never more than ``maximum`` whatever is posted (Z17)."""
    return formset_factory(
        form,
        formset=LineFormSet,
        extra=extra,
        min_num=minimum,
        validate_min=True,
        max_num=maximum,
        absolute_max=maximum,
        validate_max=True,
        can_delete=True,
    )


def visible(queryset: QuerySet, user: Any) -> QuerySet:
    """Rows that the person may see; models without a policy are no business of anybody's rows."""
    model = queryset.model
    if isinstance(queryset, ScopedQuerySet) and model in registered():
        return queryset.visible_to(user)
    return queryset.filter(policy_of(model).scope(user)) if model in registered() else queryset


class RecordPicker(forms.Select):
    """A select whose long list is searched on the server while typing.

    Without JavaScript it holds the chosen record and the first ``SHORT`` others. Whatever is posted is checked
    against the whole visible queryset.
    """

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)  # looks whether the list is long
        context["widget"]["attrs"]["data-pick"] = self.attrs.get("data-pick", "")
        return context

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        source = self.choices
        queryset = getattr(source, "queryset", None)
        if queryset is None:
            return super().optgroups(name, value, attrs)
        chosen = [v for v in value if v not in ("", None)]
        rows = list(queryset[: SHORT + 1])
        if len(rows) > SHORT:
            self.attrs["data-pick"] = reverse("ui:choices", args=[queryset.model._meta.label_lower])
            rows = rows[:SHORT]
        known = {str(row.pk) for row in rows}
        missing = [v for v in chosen if str(v) not in known]
        if missing:
            rows = [*_rows_of(queryset, missing), *rows]
        field = source.field
        pairs = [] if field.empty_label is None else [("", field.empty_label)]
        pairs += [(row.pk, field.label_from_instance(row)) for row in rows]
        self.choices = pairs
        try:
            return super().optgroups(name, value, attrs)
        finally:
            self.choices = source


SHORT = 50


def _rows_of(queryset: QuerySet, keys: list[Any]) -> list[Any]:
    try:
        return list(queryset.filter(pk__in=keys))
    except (ValueError, TypeError, ValidationError):
        return []


def make_picker(field: forms.ModelChoiceField) -> None:
    """Give a plain select of records the searching widget."""
    if field.empty_label == "---------":
        field.empty_label = _("Choose…") if field.required else "–"
    if type(field.widget) is forms.Select:
        widget = RecordPicker(attrs={**field.widget.attrs, "data-pick": ""})
        widget.is_required = field.widget.is_required
        field.widget = widget
        widget.choices = field.choices
