"""Which credit note gives a return back (ORD-15)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import ScopedQuerySet


class ReturnCredit(models.Model):
    """A credit note for what came back; ``entry`` where it waited, or waits, for a second person."""

    returned = models.ForeignKey(
        "orders.Return", models.PROTECT, related_name="credits", verbose_name=_("return")
    )
    credit_note = models.OneToOneField(
        "receivables.CreditNote",
        models.PROTECT,
        null=True,
        related_name="of_return",
        verbose_name=_("credit note"),
    )
    entry = models.OneToOneField(
        "receivables.PostingEntry",
        models.PROTECT,
        null=True,
        related_name="of_return",
        verbose_name=_("posting to be checked"),
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("credit of a return")
        verbose_name_plural = _("credits of returns")
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_note__isnull=False) ^ Q(entry__isnull=False),
                name="receivables_returncredit_one_paper",
            )
        ]

    def __str__(self) -> str:
        return f"{self.returned} – {self.paper}"

    @property
    def paper(self) -> models.Model | None:
        """The credit note; while it waits for a second person, what waits."""
        if self.entry is None:
            return self.credit_note
        return self.entry.credit_note or self.entry

    @property
    def stands(self) -> bool:
        """Not refused, not reversed."""
        note = self.credit_note if self.entry is None else self.entry.credit_note
        if note is not None:
            return note.reversed_date is None
        return self.entry is not None and self.entry.state == "entered"
