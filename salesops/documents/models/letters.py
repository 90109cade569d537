"""What stands on every print: our letterhead and the texts that staff write; each row holds from its day on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.models import Record
from salesops.documents.choices import PrintPlace


class Letterhead(Record):
    """Our name, address and bank as prints show them from a day on. Never changed: a new one follows."""

    from_date = models.DateField(_("from"), unique=True)
    name_en = models.CharField(_("name in English"), max_length=200)
    name_zh_hans = models.CharField(_("name in simplified Chinese"), max_length=200)
    name_zh_hant = models.CharField(_("name in traditional Chinese"), max_length=200, blank=True)
    address_en = models.CharField(_("address in English"), max_length=300, blank=True)
    address_zh_hans = models.CharField(_("address in simplified Chinese"), max_length=300, blank=True)
    address_zh_hant = models.CharField(_("address in traditional Chinese"), max_length=300, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    bank = models.TextField(_("bank and account"), max_length=600, blank=True)

    class Meta:
        ordering = ["-from_date"]
        verbose_name = _("letterhead")
        verbose_name_plural = _("letterheads")

    def __str__(self) -> str:
        return f"{self.name_en} ({self.from_date})"

    def said(self, name: str, language: str) -> str:
        """``name`` or ``address`` in a language; the other script or English where it is not filled in."""
        code = language.replace("-", "_")
        order = (code, "zh_hans" if code == "zh_hant" else "en", "en", "zh_hans")
        return next((text for part in order if (text := getattr(self, f"{name}_{part}"))), "")


class PrintText(Record):
    """A text of one place of the prints, in one language, from a day on; empty ends it."""

    print_key = models.CharField(_("print"), max_length=60, blank=True)
    place = models.CharField(_("place"), max_length=10, choices=PrintPlace)
    language = models.CharField(_("language"), max_length=10)
    from_date = models.DateField(_("from"))
    body = models.TextField(_("text"), max_length=4000, blank=True)

    class Meta:
        ordering = ["print_key", "place", "language", "-from_date"]
        verbose_name = _("text of prints")
        verbose_name_plural = _("texts of prints")
        constraints = [
            models.UniqueConstraint(
                fields=["print_key", "place", "language", "from_date"], name="documents_printtext_one_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_place_display()} · {self.language} · {self.from_date}"
