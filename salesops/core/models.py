"""Abstract bases; the core has no tables."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.choices import CallableChoiceIterator
from django.utils.encoding import force_str

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

    def _get_FIELD_display(self, field: Any) -> Any:
        """The word of a choice; Django's own puts the whole list of choices together anew for each."""
        value = getattr(self, field.attname)
        words = field.__dict__.get("_words")
        if words is None:
            words = dict(field.flatchoices)
            if not isinstance(field.choices, CallableChoiceIterator):
                field.__dict__["_words"] = words
        return force_str(words.get(value, value), strings_only=True)
