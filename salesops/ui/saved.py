"""Saved views of lists."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest

from salesops.core.along import read_along
from salesops.ui.models import SavedView

# The lists that have views for a person: most have none, and then nothing more is asked.
LISTS = "SELECT coalesce(array_agg(DISTINCT v.list_name), '{}') FROM ui_savedview v WHERE v.user_id = u.id OR v.is_shared"


# Pages besides lists whose question can be kept: url names, added by the apps at start.
pages: set[str] = set()


def saved_views_of(request: HttpRequest) -> list[SavedView]:
    """The person's own views of this list and those shared with everybody."""
    match = request.resolver_match
    lists = read_along(request.user, "saved_lists")
    if match is None or (lists is not None and match.view_name not in lists):
        return []
    return list(
        SavedView.objects.filter(
            Q(user=request.user) | Q(is_shared=True), list_name=match.view_name
        ).order_by("name", "pk")
    )
