"""The search box: records by number or name, through the finders that the apps registered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from salesops.core.events import publish
from salesops.ui.events import Searched
from salesops.ui.links import record_url
from salesops.ui.registries import quick_finds
from salesops.ui.views.base import PageView

LIMIT = 20


class Search(PageView):
    """One exact hit opens at once; else a short list by kind."""

    template_name = "ui/search.html"
    title = _("Search")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.text = request.GET.get("q", "").strip()[:100]
        self.groups = self.found()
        if self.text:
            publish(Searched(request.user, None, self.text, self.at))
        hits = [obj for _label, objects in self.groups for obj in objects]
        if len(hits) == 1 and record_url(hits[0]):
            return redirect(record_url(hits[0]))
        return super().get(request, *args, **kwargs)

    def found(self) -> list[tuple[Any, list[Any]]]:
        if not self.text:
            return []
        finders = sorted(quick_finds, key=lambda finder: finder.order)
        groups = [(f.label, list(f.find(self.request.user, self.text, LIMIT))) for f in finders]
        return [(label, objects) for label, objects in groups if objects]

    def get_context(self) -> dict[str, Any]:
        return {"search_text": self.text, "groups": self.groups}
