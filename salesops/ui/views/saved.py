"""Saving and deleting views of lists."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from salesops.core.errors import InvalidInput
from salesops.ui.models import SavedView
from salesops.ui.permissions import SHARERS
from salesops.ui.saved import pages
from salesops.ui.views.base import HouseView

MOST = 50


class SavedViewCreate(HouseView):
    """POST: keep the list's query string under a name; the same name is overwritten."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        name = " ".join(request.POST.get("name", "").split())[:60]
        list_name, query = request.POST.get("list_name", "")[:100], clean_query(request.POST.get("query", ""))
        if not name:
            raise InvalidInput(_("Give the view a name."), field="name")
        path = list_path(list_name)
        with transaction.atomic():
            own = SavedView.objects.select_for_update().filter(user=request.user, list_name=list_name)
            if own.count() >= MOST:
                raise InvalidInput(
                    _("You have many views of this list already."), way_out=_("Delete one first.")
                )
            is_default = bool(request.POST.get("is_default"))
            if is_default:
                own.update(is_default=False)
            saved, _new = SavedView.objects.update_or_create(
                user=request.user,
                list_name=list_name,
                name=name,
                defaults={
                    "query": query,
                    "is_default": is_default,
                    "is_shared": bool(request.POST.get("is_shared")) and request.user.has_role(*SHARERS),
                },
            )
        messages.success(request, _("The view is saved."))
        return redirect(f"{path}?{query}{'&' if query else ''}view={saved.pk}")


class SavedViewDelete(HouseView):
    """POST: drop one's own view; another's answers 404."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        gone, _by_model = SavedView.objects.visible_to(request.user, "delete").filter(pk=pk).delete()
        if not gone:
            raise Http404
        target = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
            target = "/"
        return HttpResponseRedirect(f"{target}?view=all")


def list_path(list_name: str) -> str:
    """The url of a list by its name. Raises ``InvalidInput`` for what is no list."""
    try:
        if list_name.endswith("_list") or list_name in pages:
            return reverse(list_name)
    except NoReverseMatch:
        pass
    raise InvalidInput(_("There is no such list."))


def clean_query(text: str) -> str:
    """A query string as we would write it, without the place in the list."""
    params = QueryDict(text[:2000], mutable=True)
    for name in ("at", "part", "format", "purpose", "view", "from", "to"):
        params.pop(name, None)
    return params.urlencode()[:2000]


def default_query(views: list[Any], user: Any) -> str:
    """Where a bare list leads: the person's own default view, if there is one."""
    own = next((v for v in views if v.is_default and v.user_id == user.pk), None)
    return f"?{own.query}{'&' if own.query else ''}view={own.pk}" if own else ""
