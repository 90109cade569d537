"""Which fields are masked, and how one of them is seen in full: with a purpose, and written down.

    masked_fields.register(Contact, "phone", mask_phone)          # in apps.ready()
    shown(contact, "phone")                                       # 138****5678
    reverse("audit:unmask", args=unmask_args(contact, "phone"))   # asks for the purpose

The policy of the model answers the verb ``view_sensitive`` (or, without one, nobody may unmask).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model

from salesops.core.policies import policy_of


@dataclass(frozen=True)
class MaskedField:
    """One field of one model with its mask."""

    model: type[Model]
    field: str
    mask: Callable[[str], str]

    @property
    def label(self) -> Any:
        return self.model._meta.get_field(self.field).verbose_name


class MaskedFields:
    """The allow-list: what is not in here cannot be asked for."""

    def __init__(self) -> None:
        self._fields: dict[tuple[str, str], MaskedField] = {}

    def register(self, model: type[Model], field: str, mask: Callable[[str], str]) -> None:
        self._fields[(model._meta.label_lower, field)] = MaskedField(model, field, mask)

    def find(self, app_label: str, model_name: str, field: str) -> MaskedField | None:
        return self._fields.get((f"{app_label}.{model_name}", field))

    def all(self) -> list[MaskedField]:
        return list(self._fields.values())

    def of(self, model: type[Model]) -> list[MaskedField]:
        return [entry for entry in self._fields.values() if entry.model is model]


masked_fields = MaskedFields()


class HistoryMasks:
    """Columns whose old and new values not every reader of the row history may see (Z19).

        history_masks.hide(Product, "cost_price", unless=may_see_cost)      # in apps.ready()

    Masked fields are always masked here: the way to see them in full asks for a purpose.
    """

    def __init__(self) -> None:
        self._columns: dict[tuple[str, str], Callable[[Any], bool]] = {}

    def hide(self, model: type[Model], *columns: str, unless: Callable[[Any], bool]) -> None:
        for column in columns:
            self._columns[(model._meta.db_table, column)] = unless

    def apply(self, table: str, values: dict[str, Any] | None, user: Any = None) -> dict[str, Any]:
        """``values`` as ``user`` may see them; without a person nothing hidden is shown."""
        shown_values = dict(values or {})
        masks = {e.field: e.mask for e in masked_fields.all() if e.model._meta.db_table == table}
        for column, value in shown_values.items():
            if value in (None, ""):
                continue
            if column in masks:
                shown_values[column] = masks[column](str(value))
            elif (unless := self._columns.get((table, column))) and not (user is not None and unless(user)):
                shown_values[column] = HIDDEN
        return shown_values


HIDDEN = "•••"
history_masks = HistoryMasks()


def shown(obj: Model, field: str) -> str:
    """The value of a masked field as everybody may see it. Raises ``LookupError`` for others."""
    entry = masked_fields.find(obj._meta.app_label, obj._meta.model_name, field)
    if entry is None:
        raise LookupError(f"{obj._meta.label}.{field} is not masked")
    return entry.mask(str(getattr(obj, field) or ""))


def unmask_args(obj: Model, field: str) -> list[Any]:
    """Arguments of the url ``audit:unmask``."""
    return [obj._meta.app_label, obj._meta.model_name, obj.pk, field]


def may_unmask(user: Any, obj: Model) -> bool:
    """Does the model's policy let this person see sensitive fields of this row?"""
    try:
        return policy_of(obj).can(user, "view_sensitive", obj)
    except KeyError:
        return False


def model_of(app_label: str, model_name: str) -> type[Model] | None:
    try:
        return apps.get_model(app_label, model_name)
    except LookupError:
        return None
