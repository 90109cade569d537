"""What every page does: sign-in, the moment, permission, refusals as pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.generic import View
from django_htmx.http import HttpResponseClientRedirect

from salesops.core.errors import AskOffer, DomainError, NotAllowed
from salesops.core.policies import ScopedQuerySet, can, policy_of
from salesops.ui.links import list_url
from salesops.ui.registries import proof

Crumbs = list[tuple[Any, str]]


class HouseView(View):
    """Base of all pages for signed-in people. ``self.at`` is the moment of the request, taken once.

    ``asks_again``: an act that moves money or rights; who is there must have been proved lately.
    """

    http_method_names = ["get", "post", "head"]
    asks_again = False
    at: datetime

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        self.at = timezone.now()
        if self.asks_again and proof.ask is not None and (question := proof.ask(request)):
            return question
        try:
            return super().dispatch(request, *args, **kwargs)
        except DomainError as error:
            return refusal(request, error)


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """The sign-in page, and back here afterwards; a part of a page takes the whole page there."""
    if not request.htmx:
        return redirect_to_login(request.get_full_path())
    page = urlsplit(request.htmx.current_url or "/")
    place = page.path if page.path.startswith("/") else "/"
    target = redirect_to_login(place + (f"?{page.query}" if page.query else "")).headers["Location"]
    return HttpResponseClientRedirect(target)


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A refused act: the sentence, the clause, the figures of this case and the way out."""
    context = {"error": error, "title": _("This was not done"), "crumbs": []}
    if request.htmx:
        return render(request, "ui/parts/refusal_box.html", context, status=error.status)
    return render(request, "ui/refusal.html", context, status=error.status)


class PageView(HouseView):
    """A page of its own with a template and a title; the workbench and dashboards are such."""

    template_name = ""
    title: Any = ""
    roles: tuple[str, ...] = ()

    def get_title(self) -> Any:
        return self.title

    def get_crumbs(self) -> Crumbs:
        return []

    def get_context(self) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.roles and not request.user.has_role(*self.roles):
            raise NotAllowed(_("This page belongs to another role."))
        context = {"title": self.get_title(), "crumbs": self.get_crumbs(), "view": self, **self.get_context()}
        return render(request, self.template_name, context)


class RecordView(HouseView):
    """Pages about records of one model, always through ``visible_to``."""

    model: type[Model]
    queryset: QuerySet | None = None
    verb = "view"
    pk_url_kwarg = "pk"

    def base_queryset(self) -> QuerySet:
        """All rows with what the page needs joined; override to add ``select_related``."""
        return self.queryset.all() if self.queryset is not None else self.model._default_manager.all()

    def get_queryset(self) -> QuerySet:
        queryset = self.base_queryset()
        if isinstance(queryset, ScopedQuerySet):
            return queryset.visible_to(self.request.user)
        return queryset.filter(policy_of(self.model).scope(self.request.user))

    def get_object(self) -> Any:
        """The row of the url, 404 when it is not there for this person."""
        obj = self.get_queryset().filter(pk=self.kwargs[self.pk_url_kwarg]).first()
        if obj is None:
            raise Http404
        return obj

    def require(self, verb: str, obj: Model | None = None) -> None:
        """403 unless the person may ``verb`` this row (or any row)."""
        if can(self.request.user, verb, obj if obj is not None else self.model):
            return
        own = policy_of(obj).why_not(self.request.user, verb, obj) if obj is not None else None
        sentence, way_out = own or (
            _("Your role may not do this here."),
            _("Ask the person who holds the record, or your team lead."),
        )
        raise NotAllowed(sentence, way_out=way_out, release=None if own else self.offer(obj))

    def offer(self, obj: Model | None) -> AskOffer | None:
        """Who can do what the reader may not: the holder of the record, else the reader's superior."""
        if obj is None or obj.pk is None:
            return None
        people = (getattr(obj, "owner", None), getattr(self.request.user, "superior", None))
        return AskOffer(_("Please help with %(record)s") % {"record": obj}, people=people, subject=obj)

    def list_crumb(self) -> Crumbs:
        url = list_url(self.model)
        return [(capfirst(self.model._meta.verbose_name_plural), url)] if url else []
