"""Who was, is and will be whose superior from which day (ORG-03)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.core.policies import ScopedQuerySet


class SuperiorChange(models.Model):
    """From ``from_date`` on ``person`` reports to ``superior`` (nobody: the top of the line).

    A day to come waits until the daily job puts it in force; ``done_at`` says when that was.
    """

    person = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="superior_changes", verbose_name=_("person")
    )
    superior = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("superior")
    )
    from_date = models.DateField(_("from"))
    set_by = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("act", "set by"),
    )
    done_at = models.DateTimeField(null=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["person_id", "-from_date", "-pk"]
        verbose_name = _("change of superior")
        verbose_name_plural = _("changes of superior")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(done_at__isnull=True),
                name="accounts_superiorchange_one_waits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.superior or '–'}"
