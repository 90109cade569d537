"""Imports as they were run: the file, its mapping, the result, and what each import created."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.models import Record


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", _("Uploaded")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Refused")
    UNDONE = "undone", _("Undone")


class ImportBatch(Record):
    """One import of one file. The upload itself is removed after 30 days; the result stays."""

    kind = models.CharField(_("kind"), max_length=40)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    stored_as = models.CharField(max_length=120, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=BatchState, default=BatchState.UPLOADED)
    mapping = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    skip_bad = models.BooleanField(_("load the good rows only"), default=False)
    allocate = models.CharField(max_length=10, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    progress = models.PositiveIntegerField(_("rows done"), default=0)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rows_skipped = models.PositiveIntegerField(_("skipped"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    rejections = models.JSONField(default=list, encoder=DjangoJSONEncoder)  # the first 1,000
    message = models.TextField(_("message"), blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ImportedRange(models.Model):
    """Records that a batch created, as runs of consecutive keys: half a million lines are one row."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="ranges")
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    first_pk = models.BigIntegerField()
    last_pk = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["content_type", "first_pk"], name="exchange_range_by_object")]

    def __str__(self) -> str:
        return f"{self.content_type_id}: {self.first_pk}–{self.last_pk}"
