"""The workbench, and what a person sets for the frame: language and theme."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from salesops.ui.context import THEMES
from salesops.ui.registries import workbench_cards
from salesops.ui.views.base import PageView

YEAR = 365 * 24 * 3600


class Workbench(PageView):
    """What I must do today, made of the cards that the apps registered."""

    template_name = "ui/workbench.html"
    title = _("Workbench")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = request.GET.get("card")
        if key is None:
            return super().get(request, *args, **kwargs)
        card = workbench_cards.get(key)
        if card is None:
            raise Http404
        return render(
            request, "ui/parts/card_whole.html", {"card": card, "card_context": card.context(request)}
        )

    def get_context(self) -> dict[str, Any]:
        cards = sorted(workbench_cards.items(), key=lambda pair: (pair[1].order, pair[0]))
        shown = []
        for key, card in cards:
            context = None if card.lazy else card.context(self.request)
            if context is not None or card.follows(self.request.user):
                shown.append({"key": key, "card": card, "context": context})
        return {"cards": shown}


class AllPages(PageView):
    """Every page the person's roles reach; the phone's bottom bar leads here."""

    template_name = "ui/menu.html"
    title = _("All pages")


class Preferences(View):
    """POST only: language and theme of the person, and of this browser before sign-in."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        target = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
            target = "/"
        response = HttpResponseRedirect(target)
        changed = []
        language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
        if language in dict(settings.LANGUAGES):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                YEAR,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
            changed.append(("language", language))
        if theme in (*THEMES, "auto"):
            value = "" if theme == "auto" else theme
            response.set_cookie("theme", value, YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
            changed.append(("theme", value))
        if request.user.is_authenticated and changed:
            for name, value in changed:
                setattr(request.user, name, value)
            request.user.save(update_fields=[name for name, _value in changed])
        return response
