"""Stored telephone numbers with the middle hidden: ``+8613812345678`` is shown as ``138****5678``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from salesops.core.masking import mask_account, mask_email, mask_text
from salesops.core.masking import mask_phone as mask_digits

__all__ = ["Concealing", "mask_email", "mask_phone"]


def mask_phone(number: str) -> str:
    """Mainland numbers without their country code, as people know them; extensions are left out."""
    main = number.partition(";ext=")[0]
    return mask_digits(main.removeprefix("+86"))


class Concealing:
    """Mixin of forms over a file that somebody else owns: what is masked there is masked here, too.

    A concealed field shows the masked value beside an empty box; left empty, what is on file stays.
    """

    concealed: tuple[str, ...] = ()
    masks: ClassVar[dict[str, Callable[[str], str]]] = {
        "email": mask_email,
        "bank_account": mask_account,
        "chat": mask_text,
    }

    def conceal(self: Any, *names: str) -> None:
        """Hide the stored values of these fields of the instance, where there are any."""
        self.concealed = tuple(name for name in names if name in self.fields and getattr(self.instance, name))
        for name in self.concealed:
            stored, field = getattr(self.instance, name), self.fields[name]
            self.initial[name] = ""
            field.required = False
            field.widget.attrs["placeholder"] = self.masks.get(name, mask_phone)(stored)
            field.help_text = _("Left empty, what is on file stays.")

    def clean(self: Any) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in self.concealed:
            if name not in self.errors and not data.get(name):
                data[name] = getattr(self.instance, name)
        return data
