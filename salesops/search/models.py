"""The index: what each record can be found by, and which records are waiting to be indexed."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import ScopedQuerySet


def _kind() -> models.ForeignKey:
    """The kind of record. No constraint and no index of its own: it is checked where it is read."""
    return models.ForeignKey(
        ContentType, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )


class SearchEntry(models.Model):
    """One record with its words. What is shown of it is read from the record itself, by who may see it.

    The table is kept in parts, one for each kind (``triggers.py``), so that each has its own index and statistics.
    """

    subject_type = _kind()
    subject_id = models.BigIntegerField()
    key = models.CharField(max_length=80, blank=True)  # its number, folded and joined: typed in full it leads
    title = models.CharField(max_length=100, blank=True)  # its name, folded and joined: what begins so leads
    tokens = SearchVectorField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"], name="search_searchentry_one_per_record"
            )
        ]
        indexes = [GinIndex(fields=["tokens"], name="search_entry_tokens")]

    def __str__(self) -> str:
        return f"{self.subject_type_id}:{self.subject_id}"


class SearchStale(models.Model):
    """Records that changed since they were indexed: one key or a run of keys of one kind.

    Written by the triggers of the indexed tables, in the transaction of the change.
    """

    subject_type = _kind()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("record to be indexed")
        verbose_name_plural = _("records to be indexed")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_id__gte=models.F("first_id")), name="search_searchstale_run_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_type_id}:{self.first_id}-{self.last_id}"
