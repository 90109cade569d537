"""Reads that must leave a trace: exports, searches, views, unmasking, sign-ins, refusals."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.audit.choices import AccessKind
from salesops.audit.models.timeline import Sealed


class AccessLog(Sealed):
    """One access to data. ``name`` keeps what a stranger typed as a user name; never a password."""

    at = models.DateTimeField(_("when"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=AccessKind)
    name = models.CharField(_("name given"), max_length=150, blank=True)
    content_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    object_id = models.BigIntegerField(null=True)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    method = models.CharField(max_length=8, blank=True)
    path = models.CharField(_("page"), max_length=300, blank=True)
    status = models.PositiveSmallIntegerField(null=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    address = models.GenericIPAddressField(_("from where"), null=True)
    request_id = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("access")
        verbose_name_plural = _("access log")
        indexes = [
            models.Index(fields=["kind", "-id"], name="audit_access_by_kind"),
            models.Index(fields=["actor", "-id"], name="audit_access_by_actor"),
            models.Index(fields=["address", "at"], name="audit_access_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"
