"""The pack that one person hands to another: item by item, signed by giver, taker and superior (HRM-13)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.handover import STANDARD, HandOverState, ItemState, ThingKind
from salesops.core.models import Record
from salesops.core.policies import ScopedQuerySet


class HandOver(Record):
    """One pack. ``owner`` is who gives, ``team`` that person's team on the day the pack was made."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("hand-over", "from"),
    )
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    taker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("hand-over", "to"),
    )
    reason = models.CharField(_("reason"), max_length=200)
    leaves = models.BooleanField(_("leaves the company"), default=False)
    made_on = models.DateField(_("made on"))
    state = models.CharField(_("state"), max_length=9, choices=HandOverState, default=HandOverState.OPEN)

    class Meta:
        ordering = ["-made_on", "-pk"]
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.CheckConstraint(condition=~Q(owner=F("taker")), name="customers_handover_two_people"),
            models.CheckConstraint(condition=~Q(reason=""), name="customers_handover_reason_given"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} → {self.taker}"

    def get_absolute_url(self) -> str:
        return reverse("customers:handover_detail", args=[self.pk])


class HandOverItem(models.Model):
    """One record of the pack, or a thing or matter without a record, and its three signatures."""

    pack = models.ForeignKey(HandOver, models.CASCADE, related_name="items")
    kind = models.CharField(max_length=60)
    subject_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    subject_id = models.BigIntegerField(null=True)
    title = models.CharField(_("record"), max_length=200, blank=True)
    note = models.CharField(_("stands at"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ItemState, default=ItemState.WAITING)
    giver_at = models.DateTimeField(null=True)
    giver_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taker_at = models.DateTimeField(null=True)
    superior_at = models.DateTimeField(null=True)
    superior_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["pack_id", "kind", "pk"]
        verbose_name = _("item of a hand-over")
        verbose_name_plural = _("items of hand-overs")
        constraints = [
            models.UniqueConstraint(
                fields=["pack", "subject_type", "subject_id"], name="customers_handoveritem_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="handed")
                | Q(giver_at__isnull=False, taker_at__isnull=False, superior_at__isnull=False),
                name="customers_handoveritem_three_signatures",
            ),
            models.CheckConstraint(
                condition=Q(kind__startswith="thing.", subject_type__isnull=True, subject_id__isnull=True)
                | (~Q(kind__startswith="thing.") & Q(subject_type__isnull=False, subject_id__isnull=False)),
                name="customers_handoveritem_record_or_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(STANDARD.get(ThingKind(self.kind), ""))
