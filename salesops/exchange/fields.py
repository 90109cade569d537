"""Comparing a row with the record that is already there."""

from __future__ import annotations

from typing import Any

from django.db.models import Model


def changed_fields(obj: Model, values: dict[str, Any]) -> list[str]:
    """Set the given values on ``obj`` and name the fields that were different.

    ``None`` means that the file says nothing about the field, so it stays.
    """
    changed = []
    for name, value in values.items():
        if value is None:
            continue
        current = getattr(obj, name)
        if current != value:
            setattr(obj, name, value)
            changed.append(name)
    return changed


def present(values: dict[str, Any]) -> dict[str, Any]:
    """Only what the file gives, for a new record's other fields keep their defaults."""
    return {name: value for name, value in values.items() if value is not None}
