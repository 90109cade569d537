"""The calendar feed: a person's own page about it, and the address that calendars read."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from customers.models import CalendarFeed, Visit
from customers.selectors.feed import feed_of
from customers.services.feeds import end_feed, make_feed, reader_of
from salesops.core.errors import NotAllowed
from salesops.core.policies import can
from salesops.ui.views import PageView
from salesops.ui.views.base import HouseView


class FeedPage(PageView):
    """Is there a feed, who read it last; an address is made and ended here. It is shown once."""

    template_name = "customers/calendar_feed.html"
    title = _("Visits in my own calendar")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can(request.user, "list", Visit):
            raise NotAllowed(_("Your role has no visits."))
        return super().get(request, *args, **kwargs)

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Visit calendar"), reverse("customers:visit_calendar"))]

    def get_context(self) -> dict[str, Any]:
        feed = CalendarFeed.objects.visible_to(self.request.user).filter(owner=self.request.user).first()
        return {"feed": feed if feed is not None and feed.digest else None, "address": ""}


class FeedMake(FeedPage):
    """Makes the address and shows it, this once; the one before ends."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        token = make_feed(actor=request.user, at=self.at)
        address = settings.BASE_URL + reverse("customers:calendar_feed", args=[token])
        context = {"title": self.get_title(), "crumbs": self.get_crumbs(), "view": self, **self.get_context()}
        answer = render(request, self.template_name, context | {"address": address})
        answer["Cache-Control"] = "no-store"
        return answer


class FeedEnd(HouseView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if not can(request.user, "list", Visit):
            raise NotAllowed(_("Your role has no visits."))
        end_feed(actor=request.user, at=self.at)
        return redirect("customers:calendarfeed_detail")


class CalendarFeedFile(View):
    """Read by calendars, which cannot sign in: whoever knows the word reads the rows of its owner, and nothing else."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        at = timezone.now()
        person = reader_of(token, at=at)
        if person is None:
            return self._quiet(HttpResponse(status=404, content_type="text/plain; charset=utf-8"))
        with translation.override(person.language or settings.LANGUAGE_CODE):
            content = feed_of(person, at=at)
        etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        if request.headers.get("If-None-Match") == etag:
            answer = HttpResponse(status=304)
        else:
            answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
            answer["Content-Disposition"] = 'inline; filename="visits.ics"'
        answer["ETag"] = etag
        return self._quiet(answer)

    @staticmethod
    def _quiet(answer: HttpResponse) -> HttpResponse:
        answer["Cache-Control"] = "private, no-cache"
        answer["Referrer-Policy"] = "no-referrer"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        answer._has_been_logged = True  # type: ignore[attr-defined]  # the path is the key
        return answer
