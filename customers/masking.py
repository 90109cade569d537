"""Stored telephone numbers with the middle hidden: ``+8613812345678`` is shown as ``138****5678``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Model, Q
from django.forms import DateField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from salesops.core.masking import mask_account, mask_email, mask_text
from salesops.core.masking import mask_phone as mask_digits

__all__ = ["Concealing", "mask_email", "mask_phone", "mask_year", "plain_rows", "sees_plain"]


def sees_plain(user: Any, file: Model) -> bool:
    """Is this customer or lead shown to ``user`` without masks? To its owner; others ask by an act that is logged."""
    return getattr(file, "owner_id", None) == user.pk


def plain_rows(user: Any, path: str = "") -> Q:
    """The same as a condition on rows, for lists, pickers and search; ``path`` leads to the customer or lead."""
    return Q(**{f"{path}owner": user})


def mask_phone(number: str) -> str:
    """Mainland numbers without their country code, as people know them; extensions are left out."""
    main = number.partition(";ext=")[0]
    return mask_digits(main.removeprefix("+86"))


def mask_year(day: str) -> str:
    """A birthday without its year: ``1980-05-04`` is shown as ``****-05-04``."""
    return f"****{str(day)[4:]}" if day else ""


class Concealing:
    """Mixin of forms over a file that somebody else owns: what is masked there is masked here, too.

    A concealed field shows the masked value beside an empty box; left empty, what is on file stays.
    """

    concealed: tuple[str, ...] = ()
    masks: ClassVar[dict[str, Callable[[str], str]]] = {
        "email": mask_email,
        "bank_account": mask_account,
        "chat": mask_text,
        "birthday": mask_year,
    }

    def conceal(self: Any, *names: str) -> None:
        """Hide the stored values of these fields of the instance, where there are any."""
        self.concealed = tuple(name for name in names if name in self.fields and getattr(self.instance, name))
        for name in self.concealed:
            stored, field = getattr(self.instance, name), self.fields[name]
            self.initial[name] = ""
            field.required = False
            masked = field.widget.attrs["placeholder"] = self.masks.get(name, mask_phone)(stored)
            field.help_text = _("Left empty, what is on file stays.")
            if isinstance(field, DateField):  # the browser's date picker shows no placeholder
                field.help_text = format_lazy("{} · {}", masked, field.help_text)

    def clean(self: Any) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in self.concealed:
            if name not in self.errors and not data.get(name):
                data[name] = getattr(self.instance, name)
        return data
