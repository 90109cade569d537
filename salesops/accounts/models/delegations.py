"""Who stands in for whom, from when to when, for which decisions (ORG-05)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.accounts.delegable import delegable
from salesops.accounts.models.teams import DatedQuerySet


class Delegation(models.Model):
    """A deputy for a time. Decisions made for somebody are written as "A for B"; there are no chains.

    No ``document_types`` means every kind of decision.
    """

    class Kind(models.TextChoices):
        LEAVE = "leave", _("On leave")
        TRIP = "trip", _("Travelling")
        PRESENT = "present", _("In the office")

    person = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="delegations", verbose_name=_("person")
    )
    deputy = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="stands_in", verbose_name=_("deputy")
    )
    kind = models.CharField(_("where the person is"), max_length=8, choices=Kind, default=Kind.LEAVE)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to (last day)"))
    document_types = models.JSONField(_("for which decisions"), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    set_by = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("act", "set by"),
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["-from_date", "-pk"]
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__gte=F("from_date")), name="accounts_delegation_dates_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(person=F("deputy")), name="accounts_delegation_somebody_else"
            ),
        ]
        indexes = [
            models.Index(fields=["deputy", "to_date"], name="accounts_delegation_deputy"),
            models.Index(fields=["person", "to_date"], name="accounts_delegation_person"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} / {self.person}"

    @property
    def is_away(self) -> bool:
        return self.kind != self.Kind.PRESENT

    @property
    def covers(self) -> str:
        """Which decisions, in words."""
        names = [str(delegable.get(key) or key) for key in self.document_types]
        return ", ".join(names) or str(_("everything"))

    def holds_for(self, document_type: str) -> bool:
        return not self.document_types or document_type in self.document_types
