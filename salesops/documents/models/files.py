"""Files in the store, and their place on records (quality F1-F9)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesops.core.models import Record
from salesops.core.subjects import AboutRecord, SubjectQuerySet


class StoredFile(models.Model):
    """The content of one upload. Written once, never changed; read through what it belongs to."""

    stored_as = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(_("name of the file"), max_length=200)
    kind = models.CharField(_("type"), max_length=10)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(_("check sum (SHA-256)"), max_length=64)
    created_at = models.DateTimeField(_("uploaded"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="documents_storedfile_not_empty"),
            models.CheckConstraint(
                condition=Q(stored_as__regex=r"^[0-9a-f]{32}$"), name="documents_storedfile_own_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AttachmentQuerySet(SubjectQuerySet):
    """Verbs over the files of records."""

    def current(self) -> AttachmentQuerySet:
        """The newest version of each file that was not voided."""
        return self.filter(replaced_by__isnull=True, voided_at__isnull=True)


class Attachment(AboutRecord, Record):
    """One version of a file on a record. A replacement is a row of its own; removing is voiding with a reason."""

    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="attachment", editable=False)
    note = models.CharField(_("what it is"), max_length=200, blank=True)
    edition = models.PositiveIntegerField(_("version of the file"), default=1, editable=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", editable=False
    )
    added_at = models.DateTimeField(_("added"), editable=False)
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    void_reason = models.CharField(_("why it was voided"), max_length=300, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at", "-pk"]
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(
                condition=Q(edition=1, replaces__isnull=True) | Q(edition__gt=1, replaces__isnull=False),
                name="documents_attachment_edition_follows",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, void_reason="")
                | Q(voided_at__isnull=False) & ~Q(void_reason=""),
                name="documents_attachment_voided_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-added_at"], name="documents_att_by_subject"),
            models.Index(fields=["-added_at", "-id"], name="documents_att_by_date"),
        ]

    def __str__(self) -> str:
        return self.file.name

    @property
    def state(self) -> str:
        """``current``, ``replaced`` or ``voided``."""
        if self.voided_at:
            return "voided"
        return "replaced" if hasattr(self, "replaced_by") else "current"
