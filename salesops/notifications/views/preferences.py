"""How I want to be told: kinds, channels, quiet hours."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from salesops.notifications.choices import Channel
from salesops.notifications.forms import HoursForm
from salesops.notifications.models import NoticeHours
from salesops.notifications.registry import choosable, kind_label
from salesops.notifications.services.preferences import chosen, save_preferences
from salesops.notifications.services.timing import hours_of
from salesops.ui.views import PageView


class Preferences(PageView):
    """A row for each kind of notice, a column for each channel."""

    template_name = "notifications/preferences.html"
    title = _("How I want to be told")
    form: HoursForm | None = None

    def get_context(self) -> dict[str, Any]:
        user = self.request.user
        held = chosen(user)
        rows = [
            (
                kind_label(kind),
                [
                    (f"{kind.key}|{channel}", label, held[kind.key, channel])
                    for channel, label in Channel.choices
                ],
            )
            for kind in choosable()
        ]
        own = NoticeHours.objects.filter(user=user).first()
        initial = {
            "quiet_from": "" if own is None or own.quiet_from is None else str(own.quiet_from),
            "quiet_to": "" if own is None or own.quiet_to is None else str(own.quiet_to),
            "workdays_only": _word(own and own.workdays_only),
            "digest": _word(own and own.digest),
        }
        return {
            "rows": rows,
            "channels": Channel.choices,
            "form": self.form or HoursForm(initial=initial),
            "company": hours_of(None, at=self.at),
        }

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = HoursForm(request.POST)
        if not form.is_valid():
            self.form = form
            return self.get(request)
        pairs = [text.partition("|")[::2] for text in request.POST.getlist("wanted")[:500]]
        names = ("quiet_from", "quiet_to", "workdays_only", "digest")
        hours = {name: form.cleaned_data[name] for name in names}
        save_preferences(actor=request.user, at=self.at, wanted=pairs, **hours)
        messages.success(request, _("Saved."))
        return redirect("notifications:preferences")


def _word(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"
