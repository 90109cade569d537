"""One entry per act, in the transaction of the act (DAT-09)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import ScopedQuerySet


class Sealed(models.Model):
    """What every row of the audit carries; the database fills both columns and refuses changes."""

    seal_id = models.BigIntegerField(null=True, editable=False, db_index=True)
    hash = models.BinaryField(null=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


class AuditEvent(Sealed):
    """Who did what, when, from where, and with which figures. Never updated, never deleted.

    ``address`` and ``request_id`` are filled by the database from the context of the request.
    """

    at = models.DateTimeField(_("when"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    verb = models.CharField(_("act"), max_length=80)  # "receivables.receipt_allocated"; see audit.verbs
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    comment = models.TextField(_("comment"), blank=True)
    address = models.GenericIPAddressField(_("from where"), null=True)
    request_id = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("act")
        verbose_name_plural = _("acts")

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"


class AuditLink(Sealed):
    """The records whose timeline shows an event: the order itself, its customer, its contract …"""

    event = models.ForeignKey(AuditEvent, models.PROTECT, related_name="links")
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()

    class Meta:
        ordering = ["-event_id", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id", "-event"], name="audit_link_by_object")]

    def __str__(self) -> str:
        return f"{self.content_type_id}:{self.object_id}"
