"""Who works on a customer beside its owner, who claims it, and files that became one (ORG-12)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.choices import AccessLevel, ClaimState, ClaimWish
from customers.models.customers import Customer
from salesops.core.models import Record
from salesops.core.money import FractionField
from salesops.core.policies import ScopedQuerySet


class CollaboratorQuerySet(ScopedQuerySet):
    def in_force(self, on: date) -> CollaboratorQuerySet:
        return self.filter(from_date__lte=on, to_date__gte=on)


class Collaborator(models.Model):
    """Somebody who may read or write a customer's file for a time; ended rows stay as history."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="collaborators")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    level = models.CharField(_("may"), max_length=5, choices=AccessLevel, default=AccessLevel.READ)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to (last day)"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("invited by")
    )

    objects = CollaboratorQuerySet.as_manager()

    class Meta:
        ordering = ["customer_id", "-to_date", "pk"]
        verbose_name = _("collaborator")
        verbose_name_plural = _("collaborators")
        constraints = [
            # One day before the first: ended on the day it was given.
            models.CheckConstraint(
                condition=Q(to_date__gte=F("from_date") - 1), name="customers_collaborator_dates_in_order"
            ),
            models.UniqueConstraint(
                fields=["customer", "person", "from_date"], name="customers_collaborator_once_a_day"
            ),
        ]
        indexes = [models.Index(fields=["person", "to_date"], name="customers_collab_person")]

    def __str__(self) -> str:
        return f"{self.customer} – {self.person}"


class OwnershipClaim(Record):
    """Somebody says that a customer of others is his own, too; the superior of both decides."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="claims", verbose_name=_("customer"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("claimed by")
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
    wish = models.CharField(_("wish"), max_length=5, choices=ClaimWish, default=ClaimWish.SHARE)
    share = FractionField(verbose_name=_("share"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    state = models.CharField(
        _("state"), max_length=9, choices=ClaimState, default=ClaimState.OPEN, editable=False
    )
    claimed_on = models.DateField(_("claimed on"), editable=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-claimed_on", "-pk"]
        verbose_name = _("claim to a customer")
        verbose_name_plural = _("claims to customers")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "owner"],
                condition=Q(state="open"),
                name="customers_ownershipclaim_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(wish="share") | Q(share__gt=0, share__lt=1),
                name="customers_ownershipclaim_share_given",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="customers_ownershipclaim_reason_given"),
        ]

    def __str__(self) -> str:
        return str(self.customer)

    def get_absolute_url(self) -> str:
        return reverse("customers:ownershipclaim_detail", args=[self.pk])


class CustomerMerge(models.Model):
    """Two files became one: which rows moved, so that it can be undone."""

    kept = models.ForeignKey(Customer, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    merged_at = models.DateTimeField(_("merged"))
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    moved = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-merged_at", "-pk"]
        verbose_name = _("merging of files")
        verbose_name_plural = _("mergings of files")
        constraints = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="customers_customermerge_once",
            ),
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="customers_customermerge_two_files"),
        ]

    def __str__(self) -> str:
        return f"{self.merged} → {self.kept}"
