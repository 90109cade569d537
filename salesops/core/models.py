"""Abstract bases; the core has no tables."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from salesops.core.policies import ScopedQuerySet


class Record(models.Model):
    """What every business record carries. ``created_at`` is bookkeeping, never a business date."""

    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
