"""The record that a page's url names: ``?about=orders.order:5``, always through the policy."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import Http404

from salesops.core.keys import is_key
from salesops.core.subjects import records, visible_subject


def subject_of(user: Any, text: str) -> Model | None:
    """The record of a reference, ``None`` for an empty one. Raises ``Http404`` where the person sees none."""
    if not text:
        return None
    label, _sep, key = text.partition(":")
    model = records.get(label)
    if model is None or not is_key(key):
        raise Http404
    found = visible_subject(user, ContentType.objects.get_for_model(model), int(key))
    if found is None:
        raise Http404
    return found


def reference(obj: Model) -> str:
    """How a url names a record."""
    return f"{obj._meta.label_lower}:{obj.pk}"
