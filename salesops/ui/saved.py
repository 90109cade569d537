"""Saved views of lists."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest

from salesops.ui.models import SavedView


def saved_views_of(request: HttpRequest) -> list[SavedView]:
    """The person's own views of this list and those shared with everybody."""
    match = request.resolver_match
    if match is None:
        return []
    return list(
        SavedView.objects.filter(
            Q(user=request.user) | Q(is_shared=True), list_name=match.view_name
        ).order_by("name", "pk")
    )
