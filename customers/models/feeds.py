"""The address under which a person's own calendar reads the visits."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import ScopedQuerySet


class CalendarFeed(models.Model):
    """One person's feed. The word in its address is stored nowhere: the row keeps its SHA-256, or nothing once ended."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="calendar_feed", verbose_name=_("person")
    )
    digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    made_at = models.DateTimeField(_("address made"))
    # The day on which a calendar last asked; written once a day.
    read_date = models.DateField(_("last read"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return str(self.owner)
