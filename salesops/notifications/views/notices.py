"""The notification centre: everybody's own notices."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from salesops.core.keys import is_key
from salesops.notifications.models import Notification
from salesops.notifications.registry import kind_label, kinds
from salesops.notifications.selectors import count_by_kind, unread, unread_count
from salesops.notifications.services import mark_all_read, mark_read, mark_some_read
from salesops.ui.views import PageView
from salesops.ui.views.base import RecordView

PER_PAGE = 50


class NotificationList(PageView):
    """Own notices, newest first; ``?all=1`` shows the read ones too, ``?kind=`` one kind only."""

    template_name = "notifications/notification_list.html"
    title = _("Notifications")

    def get_context(self) -> dict[str, Any]:
        user = self.request.user
        show_all = self.request.GET.get("all") == "1"
        chosen = self.request.GET.get("kind", "")
        rows = Notification.objects.visible_to(user).order_by("-pk") if show_all else unread(user)
        counts = count_by_kind(rows)
        if chosen in dict(counts):
            rows = rows.filter(kind=chosen)
        page = Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page"))
        words = [(key, kind_label(kinds[key]) if key in kinds else key, count) for key, count in counts]
        return {
            "page": page,
            "show_all": show_all,
            "unread_count": unread_count(user),
            "counts": words if len(words) > 1 else [],
            "chosen": chosen,
        }


class NotificationOpen(RecordView):
    """Marks a notice as read and leads to what it is about."""

    model = Notification
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        notice = mark_read(self.get_object(), actor=request.user, at=self.at)
        url = notice.url if request.POST.get("stay") != "1" else ""
        if url and url_has_allowed_host_and_scheme(url, None):
            return redirect(url)
        return redirect("notifications:notification_list")


class MarkAllRead(RecordView):
    model = Notification
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        keys = [int(key) for key in request.POST.getlist("ids")[:500] if is_key(key)]
        if "some" in request.POST:
            count = mark_some_read(keys=keys, actor=request.user, at=self.at)
        else:
            count = mark_all_read(actor=request.user, at=self.at, kind=request.POST.get("kind", "")[:60])
        done = ngettext("%(count)d notice marked as read.", "%(count)d notices marked as read.", count)
        messages.success(request, done % {"count": count})
        return redirect(reverse("notifications:notification_list"))
