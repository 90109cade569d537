"""Words that people leave on a record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.subjects import AboutRecord


class Comment(AboutRecord):
    """Never changed; the author may take it back, which leaves its place and time."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    at = models.DateTimeField(_("when"))
    text = models.TextField(_("comment"), max_length=5000)
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    retracted_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [models.Index(fields=["subject_type", "subject_id", "at"], name="work_comment_subject")]

    def __str__(self) -> str:
        return self.text[:60]
