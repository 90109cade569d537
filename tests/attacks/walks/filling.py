"""Fills in a form as its page shows it: what stands there already, and something sensible in the rest."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils import timezone


def filled(form: Any) -> dict[str, Any]:
    """The fields of a bound or unbound form, with its first line, as a browser would send them."""
    data = {bound.html_name: value_of(bound) for bound in form}
    lines = getattr(form, "lines", None)
    if lines is not None:
        data |= {bound.html_name: bound.value() for bound in lines.management_form}
        data["lines-TOTAL_FORMS"] = "1"
        data |= {b.html_name: value_of(b) for b in lines.forms[0] if b.name != "DELETE"}
    return {name: value for name, value in data.items() if value not in (None, "")}


def bound_fields(form: Any) -> list[Any]:
    """The fields of a form and those of its first line."""
    lines = getattr(form, "lines", None)
    return [*form, *(b for b in (lines.forms[0] if lines is not None else ()) if b.name != "DELETE")]


def value_of(bound: Any) -> Any:
    value = bound.value()
    if callable(value):
        value = value()
    if value in (None, "", []):
        value = invented(bound)
    return plain(bound.field, value)


def invented(bound: Any) -> Any:
    field, today = bound.field, timezone.localdate()
    if isinstance(field, forms.DateTimeField):
        return datetime.combine(today, datetime.min.time())
    if isinstance(field, forms.DateField):
        return today
    if isinstance(field, forms.BooleanField | forms.FileField):
        return None
    if isinstance(field, forms.ModelChoiceField):
        return (
            field.queryset.values_list(field.to_field_name or "pk", flat=True).first()
            if field.required
            else None
        )
    if isinstance(field, forms.ChoiceField):
        return next((key for key, _label in flat(field.choices) if key not in ("", None)), None)
    if isinstance(field, forms.IntegerField):  # with them decimals
        return max(1, getattr(field, "min_value", None) or 0)
    return words(bound.name, field)


def words(name: str, field: Any) -> Any:
    if isinstance(field, forms.EmailField):
        return "somebody@example.com"
    if isinstance(field, forms.URLField):
        return "https://example.com/"
    if not field.required:
        return None
    return "Filled in"[: field.max_length] if getattr(field, "max_length", None) else "Filled in"


def flat(choices: Any) -> list[tuple[Any, Any]]:
    if isinstance(choices, ModelChoiceIterator):
        return [(row.pk, str(row)) for row in choices.queryset[:1]]
    found = []
    for key, label in choices:
        found += list(label) if isinstance(label, list | tuple) else [(key, label)]
    return found


def plain(field: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%dT%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if value is True:
        return "on"
    if value is False:
        return None
    if isinstance(value, list | tuple):
        return [getattr(one, "pk", one) for one in value]
    return getattr(value, "pk", value)
