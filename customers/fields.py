"""Choices as pills that a thumb can hit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class Chips(forms.Select):
    """One choice of a few; ``many`` ticks several."""

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
        group = "group" if self.many else "radiogroup"
        return format_html(
            '<div id="id_{}" role="{}" class="form-selectgroup form-selectgroup-pills">{}</div>',
            name,
            group,
            pills,
        )


class ManyChips(Chips, forms.SelectMultiple):
    many = True
