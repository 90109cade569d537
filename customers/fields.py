"""Form fields that forms of this app and of the apps above share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.naming import name_key

DOT = " · "


def customer_label(customer: Customer) -> str:
    """``KH-2026-00001 · Acme``: what a person picks."""
    return f"{customer.code}{DOT}{customer.name}"


class CustomerInput(forms.TextInput):
    """A text box with suggestions that arrive while one types; without JavaScript one types the code or name."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        box = (attrs or {}).get("id", f"id_{name}") + "_options"
        extra = {
            "list": box,
            "autocomplete": "off",
            "hx-get": reverse("customers:customer_options"),
            "hx-trigger": "input changed delay:200ms, focus once",
            "hx-target": f"#{box}",
            "hx-sync": "this:replace",
        }
        field = super().render(name, value, {**(attrs or {}), **extra}, renderer)
        return format_html('{}<datalist id="{}"></datalist>', field, box)


class CustomerField(forms.Field):
    """A customer by code or name; only those of ``queryset`` (which forms limit to what the person sees)."""

    widget = CustomerInput
    default_error_messages = {
        "unknown": _("There is no customer “%(text)s” among yours. Choose one of the suggestions."),
        "several": _("More than one customer is called “%(text)s”. Choose one of the suggestions."),
    }

    def __init__(self, *, queryset: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("customer"))
        kwargs.setdefault("help_text", _("Type the code or part of the name."))
        super().__init__(**kwargs)
        self.queryset = Customer.objects.all() if queryset is None else queryset

    def prepare_value(self, value: Any) -> Any:
        return customer_label(value) if isinstance(value, Customer) else value

    def to_python(self, value: Any) -> Customer | None:
        if value in self.empty_values or isinstance(value, Customer):
            return value or None
        text = str(value).strip()[:300]
        code = text.partition(DOT)[0].strip()
        exact = self.queryset.filter(code=code).first()
        if exact is not None:
            return exact
        found = list(self.queryset.filter(name_key=name_key(text))[:2]) if name_key(text) else []
        if len(found) != 1:
            reason = "several" if found else "unknown"
            raise ValidationError(self.error_messages[reason], code=reason, params={"text": text})
        return found[0]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != data


def options(customers: Any) -> SafeString:
    """Suggestions for the data list."""
    return format_html_join("", '<option value="{}"></option>', ((customer_label(c),) for c in customers))


class Chips(forms.RadioSelect):
    """Choices as pills that a thumb can hit; ``many`` ticks several."""

    many = False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = {str(v) for v in value} if isinstance(value, (list, tuple)) else {str(value)}
        kind = "checkbox" if self.many else "radio"
        pills = format_html_join(
            "",
            '<label class="form-selectgroup-item"><input type="{}" name="{}" value="{}" id="{}" '
            'class="form-selectgroup-input"{}><span class="form-selectgroup-label">{}</span></label>',
            (
                (
                    kind,
                    name,
                    key,
                    f"id_{name}_{i}",
                    SafeString(" checked") if str(key) in chosen else "",
                    label,
                )
                for i, (key, label) in enumerate(self.choices)
            ),
        )
        return format_html('<div class="form-selectgroup form-selectgroup-pills">{}</div>', pills)


class ManyChips(Chips, forms.CheckboxSelectMultiple):
    many = True
