"""Rows of the database in people's words: tables, columns and stored codes by their labels."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from salesops.audit.verbs import shown

# Columns that the program fills by itself have no label of their own in the models.
COMMON = {
    "base amount": _("amount in base currency"),
    "base net": _("net amount in base currency"),
    "base rate": _("exchange rate"),
    "base total": _("total in base currency"),
    "created at": _("created at"),
    "created by": _("created by"),
    "currency": _("currency"),
    "customer": _("customer"),
    "name key": _("name for searching"),
    "order": _("order"),
    "outstanding base": _("outstanding in base currency"),
    "parts": _("parts"),
    "path": _("place in the tree"),
    "reversal of": _("reversal of"),
    "scope team": _("team it counts for"),
    "settled base": _("settled in base currency"),
    "updated at": _("updated at"),
    "updated by": _("updated by"),
    "version": _("version"),
}


@cache
def _models() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


def table_label(table: str) -> str:
    """What one row of a table is called."""
    model = _models().get(table)
    return str(capfirst(model._meta.verbose_name)) if model else table


def _field(table: str, column: str) -> Field[Any, Any] | None:
    model = _models().get(table)
    fields = model._meta.concrete_fields if model else ()
    return next((f for f in fields if f.column == column), None)


def column_label(table: str, column: str) -> str:
    """What a column is called; its own name when nobody gave it another."""
    field = _field(table, column)
    if field is None:
        return column
    name = field.verbose_name
    return str(capfirst(name if isinstance(name, Promise) else COMMON.get(name, name)))


def value_words(table: str, column: str, value: Any) -> str:
    """A stored value as people read it; codes by their labels."""
    field = _field(table, column)
    choices = dict(field.flatchoices) if field is not None and field.choices else {}
    known = isinstance(value, str | int) and value in choices
    return str(choices[value]) if known else shown(value)


def figure_label(key: str) -> str:
    """What a figure of an act is called; its key in words when no catalogue knows it."""
    words = key.replace("_", " ")
    return str(capfirst(COMMON.get(words, gettext(words))))
