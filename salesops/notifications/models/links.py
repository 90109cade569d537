"""Links for people outside: one object, one purpose, once."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import ScopedQuerySet


class OneTimeLink(models.Model):
    """Somebody outside may do one thing to one record, once, until a moment. Only a digest of the word is kept."""

    purpose = models.CharField(_("purpose"), max_length=60)
    subject_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    recipient = models.CharField(_("recipient"), max_length=254)
    digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("sent by")
    )
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("link for outsiders")
        verbose_name_plural = _("links for outsiders")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="notifications_onetimelink_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="notifications_onetimelink_used_or_withdrawn",
            ),
        ]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="notifications_link_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} → {self.recipient}"
