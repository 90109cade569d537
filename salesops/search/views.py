"""The page of the search box and the list under it while typing."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from salesops.core.events import publish
from salesops.search.elsewhere import questions
from salesops.search.registry import kinds
from salesops.search.selectors import find
from salesops.search.services import index_recent, waiting_records
from salesops.ui.events import Searched
from salesops.ui.views.base import HouseView, PageView

PAGE = 50
MOST_KINDS = 6  # under the box; the page has all
LAST_START = 950
TELL_FROM = 2000  # so many records waiting for the index are worth a word


class Search(PageView):
    """``?q=``: the best of every kind; with ``&kind=``: all of one kind, fifty to a page."""

    template_name = "search/search.html"
    title = _("Search")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.text = " ".join(request.GET.get("q", "")[:100].split())
        self.kind = kinds.get(request.GET.get("kind", ""))
        if request.GET.get("kind") and self.kind is None:
            raise Http404
        start = request.GET.get("from", "0")
        self.start = (
            min(int(start), LAST_START)
            if self.kind and start.isascii() and start.isdigit() and len(start) < 5
            else 0
        )
        self.questions = questions(request.user, self.text, at=self.at)
        if self.text:
            index_recent()
            publish(Searched(request.user, None, self.text, self.at))
        top = PAGE if self.kind else 5
        self.found = find(request.user, self.text, only=self.kind, top=top, start=self.start)
        only = self.found.only
        if only and only.url and not self.kind and not self.questions.answers:
            return redirect(only.url)
        return super().get(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        waiting = waiting_records() if self.text else 0
        group = self.found.groups[0] if self.kind and self.found.groups else None
        after = self.start + PAGE
        return {
            "search_text": self.text,
            "found": self.found,
            "kind": self.kind,
            "questions": self.questions,
            "waiting": waiting if waiting >= TELL_FROM else 0,
            "next": after if group and group.count > after and after <= LAST_START else 0,
            "before": max(self.start - PAGE, 0) if self.start else None,
        }


class Box(HouseView):
    """What stands under the box while one types; without words nothing."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        text = " ".join(request.GET.get("q", "")[:100].split())
        if text:
            index_recent()
            publish(Searched(request.user, None, text, self.at, typing=True))
        context = {"found": find(request.user, text, top=4, most=MOST_KINDS), "search_text": text}
        return render(request, "search/box.html", context)
