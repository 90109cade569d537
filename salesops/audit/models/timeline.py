"""One entry per act, in the transaction of the act (DAT-09)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class AuditEvent(models.Model):
    """Who did what, when, from where, and with which figures. Never updated, never deleted."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=80)  # "receivables.receipt_allocated"; its sentence is registered
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    comment = models.TextField(blank=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"


class AuditLink(models.Model):
    """The records whose timeline shows an event: the order itself, its customer, its contract …"""

    event = models.ForeignKey(AuditEvent, models.PROTECT, related_name="links")
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()

    class Meta:
        ordering = ["-event_id", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id", "-event"], name="audit_link_by_object")]

    def __str__(self) -> str:
        return f"{self.content_type_id}:{self.object_id}"
