"""The page behind a link for outsiders: GET shows, POST acts, once; nothing of the link is logged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.generic import View

from salesops.core.errors import DomainError
from salesops.notifications.models import OneTimeLink
from salesops.notifications.services.outsiders import find_link, link_purposes, subject_of, use_link


@method_decorator(csrf_exempt, name="dispatch")
@method_decorator(sensitive_variables(), name="dispatch")
class OneTimeLinkPage(View):
    """Public; whoever holds the word in the address may do the one thing. A mail reader's preview uses nothing up.

    No token against forged forms: nobody is signed in here, who does not know the word cannot forge its address,
    and a browser that gives the address to nobody (``no-referrer``) sends no origin that could be compared.
    """

    http_method_names = ["get", "post", "head"]
    template_name = "notifications/one_time_link.html"

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        link = find_link(token, at=timezone.now())
        subject = subject_of(link) if link else None
        if link is None or subject is None:
            return self._dead(request)
        try:
            return self._asked(request, link, subject, {})
        except DomainError:  # nobody here may show it any more
            return self._dead(request)

    def _asked(self, request: HttpRequest, link: OneTimeLink, subject: Any, typed: Mapping[str, str],
               status: int = 200, **more: Any) -> HttpResponse:  # fmt: skip
        """The page in the language that was asked for, else that of the record, else the reader's."""
        with override(self._language(request, link, subject)):
            return self._page(request, {**self._shown(link, subject, typed), **more}, status=status)

    @staticmethod
    def _language(request: HttpRequest, link: OneTimeLink, subject: Any) -> str:
        own = link_purposes[link.purpose].language
        wanted = request.GET.get("lang", "")
        if own is None or wanted in dict(settings.LANGUAGES):
            return wanted if wanted in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE
        return own(subject) or settings.LANGUAGE_CODE

    @staticmethod
    def _shown(link: OneTimeLink, subject: Any, typed: Mapping[str, str]) -> dict[str, Any]:
        purpose = link_purposes[link.purpose]
        fields = [
            (name, label, longest, typed.get(name, "")[:longest]) for name, label, longest in purpose.fields
        ]
        lines = purpose.show(subject, link)
        shown = purpose.shown(subject, link, typed) if purpose.shown else {}
        languages = settings.LANGUAGES if purpose.language else ()
        return {
            "purpose": purpose, "lines": lines, "link": link, "title": purpose.title, "fields": fields,
            "languages": languages, **shown,
        }  # fmt: skip

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        link = find_link(token, at=timezone.now())
        subject = subject_of(link) if link else None
        language = self._language(request, link, subject) if link and subject is not None else get_language()
        with override(language):
            try:
                use_link(token, request.POST.dict(), at=timezone.now())
            except DomainError as error:
                return self._refused(request, token, error)
            return self._page(request, {"done": True, "title": _("Thank you")})

    def _refused(self, request: HttpRequest, token: str, error: DomainError) -> HttpResponse:
        """What was typed is still there; a link that died meanwhile says so."""
        link = find_link(token, at=timezone.now())
        subject = subject_of(link) if link else None
        if link is None or subject is None:
            return self._dead(request)
        try:
            return self._asked(
                request, link, subject, request.POST.dict(), status=error.status, refusal=error
            )
        except DomainError:
            return self._dead(request)

    def _dead(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, {"dead": True, "title": _("This link is no longer valid.")}, status=410)

    def _page(self, request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
        answer = render(request, self.template_name, context, status=status)
        answer["Referrer-Policy"] = "no-referrer"
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        answer._has_been_logged = True  # an answer of 410 is logged with its path, and the path is the key
        return answer
