"""The page of the daily slot for talking to customers (DAY-11)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Visit
from customers.selectors.talks import overview
from customers.talks import MOST
from salesops.core.errors import NotAllowed
from salesops.core.policies import can
from salesops.ui.views import PageView


class Talks(PageView):
    """Own customers to talk to today, by topic; a click logs the talk."""

    template_name = "customers/talks.html"
    title = _("Talks with customers")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not can(request.user, "add", Visit):
            raise NotAllowed(_("This page belongs to another role."))
        return super().get(request, *args, **kwargs)

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Visits"), reverse("customers:visit_list"))]

    def get_context(self) -> dict[str, Any]:
        return {"c": overview(self.request.user, on=timezone.localdate(self.at), most=MOST)}
