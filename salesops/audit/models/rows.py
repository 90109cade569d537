"""Row history written by triggers, and the seals that chain all audit rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.audit.choices import RowOperation
from salesops.audit.models.timeline import Sealed
from salesops.core.policies import ScopedQuerySet


class RowChange(Sealed):
    """What one statement did to one row, however it came: page, job, shell or SQL.

    ``old`` and ``new`` hold only the columns that changed. A created row stores no values: the row as it
    is and the later changes give them back, and a bulk load stays cheap. A deleted row is kept whole.
    """

    at = models.DateTimeField(_("when"), db_index=True)
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=64)
    op = models.CharField(_("operation"), max_length=1, choices=RowOperation)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("who"),
    )
    login = models.CharField(_("database login"), max_length=63)
    request_id = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("row change")
        verbose_name_plural = _("row changes")
        indexes = [models.Index(fields=["table_name", "row_id", "-id"], name="audit_rowchange_by_row")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.op}"


class AuditSeal(models.Model):
    """One per transaction that wrote audit rows: hash = sha256(prev + seq + content), filled at commit."""

    seq = models.BigIntegerField(null=True, unique=True)
    prev = models.BinaryField(null=True)
    content = models.BinaryField(null=True)
    rows = models.BigIntegerField(null=True)
    hash = models.BinaryField(null=True)
    closing = models.BooleanField(default=False)
    opened_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-seq"]
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return str(self.seq)
