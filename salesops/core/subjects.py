"""Rows that hang on any record: comments, files, tasks, approvals. Access follows the record's own policy.

A record kind takes part when its app registers the model in ``records`` at start.
"""

from __future__ import annotations

import functools
import operator
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, Model, OuterRef, Q

from salesops.core.policies import NOTHING, ScopedQuerySet, can, policy_of
from salesops.core.reading import once
from salesops.core.registry import Registry

M = TypeVar("M", bound=Model)

# Models whose records carry comments, files, tasks and approvals; the key is "app.model" in lower case.
records: Registry[type[Model]] = Registry("core.records")


def register_records(*models_: type[Model]) -> None:
    """Let everything that hangs on records hang on these, too."""
    for model in models_:
        records.register(model._meta.label_lower, model)


class SubjectQuerySet(ScopedQuerySet[M]):
    """Rows about records."""

    def about(self, obj: Model) -> SubjectQuerySet[M]:
        """The rows that hang on ``obj``."""
        content_type = ContentType.objects.get_for_model(obj, for_concrete_model=True)
        return self.filter(subject_type=content_type, subject_id=obj.pk)


class AboutRecord(models.Model):
    """Mixin: points at the record that a row hangs on."""

    subject_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", editable=False)
    subject_id = models.BigIntegerField(editable=False)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def subject(self) -> Model | None:
        """The record, without asking who looks; pages use ``visible_subject``. ``None`` for no record."""
        model = self.subject_type.model_class() if self.subject_type_id is not None else None
        return model._base_manager.filter(pk=self.subject_id).first() if model else None


def visible_subject(user: Any, content_type: ContentType, object_id: int, verb: str = "view") -> Model | None:
    """The record if it takes part and ``user`` may ``verb`` it, else ``None``."""
    model = content_type.model_class()
    if model is None or model._meta.label_lower not in records:
        return None
    obj = model._default_manager.filter(policy_of(model).scope(user), pk=object_id).first()
    return obj if obj is not None and can(user, verb, obj) else None


def visible_subjects(user: Any) -> Q:
    """Filter for rows of ``AboutRecord``: those whose record ``user`` may see now.

    The record is looked up by its key: a list of all that the person sees would be read whole, a million rows for
    who sees all, before the first row is shown.
    """
    return once(("visible subjects", user.pk), lambda: _visible_subjects(user))


def _visible_subjects(user: Any) -> Q:
    parts = []
    for model in records:
        scope = policy_of(model).scope(user)
        if scope == NOTHING:
            continue
        content_type = ContentType.objects.get_for_model(model)
        record = model._default_manager.filter(scope, pk=OuterRef("subject_id")).order_by()
        parts.append(Q(Exists(record), subject_type=content_type))
    return functools.reduce(operator.or_, parts, NOTHING) if parts else NOTHING
