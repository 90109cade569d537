"""Visits: a plan that becomes a record (VIS-01, VIS-03)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.choices import VisitKind, VisitState
from customers.models.customers import Contact, Customer
from salesops.core.models import Record


class Visit(Record):
    """One contact, planned or not. ``owner`` and ``team`` are those of the day of the visit."""

    number = models.CharField(_("number"), max_length=30, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="visits", verbose_name=_("customer"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="visits", verbose_name=_("by")
    )
    team = models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("team"),
    )
    kind = models.CharField(_("kind"), max_length=15, choices=VisitKind, default=VisitKind.VISIT)
    state = models.CharField(
        _("state"), max_length=10, choices=VisitState, default=VisitState.PLANNED, editable=False
    )
    planned_date = models.DateField(_("planned for"), null=True, blank=True)
    visited_at = models.DateTimeField(_("took place"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    result = models.TextField(_("result"), blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    next_date = models.DateField(_("next date"), null=True, blank=True)
    cancel_reason = models.CharField(_("why cancelled"), max_length=200, blank=True)
    contacts = models.ManyToManyField(Contact, blank=True, related_name="visits", verbose_name=_("met"))

    class Meta:
        ordering = ["-planned_date", "-pk"]
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(visited_at__isnull=False), name="customers_visit_done_has_time"
            ),
        ]

    def __str__(self) -> str:
        return self.number
