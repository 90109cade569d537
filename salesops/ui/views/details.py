"""The record page: header with state and acts, facts, panels, tabs, timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.text import capfirst

from salesops.core.policies import can
from salesops.ui.marks import state_pill
from salesops.ui.registries import panels, panels_of, timelines
from salesops.ui.views.base import RecordView


@dataclass(frozen=True)
class Act:
    """Something one can do with a record; a GET of ``url`` asks, the POST there does it."""

    label: Any
    url: str
    verb: str
    primary: bool = False
    danger: bool = False
    icon: str = ""


class RecordDetailView(RecordView):
    """A record's page. Override ``facts`` and ``acts``; panels come from the registry."""

    template_name = "ui/detail.html"
    state_field = "state"

    def get_title(self, obj: Model) -> Any:
        return str(obj)

    def get_subtitle(self, obj: Model) -> Any:
        return ""

    def facts(self, obj: Any) -> list[tuple[Any, Any]]:
        """Pairs of label and value; ``None`` and "" are left out."""
        return []

    def acts(self, obj: Any) -> list[Act]:
        return []

    def get_context(self, obj: Any) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        obj = self.get_object()
        if request.GET.get("panel"):
            return self.one_panel(obj, request.GET["panel"])
        if request.GET.get("rest") and request.htmx:
            return render(request, "ui/parts/rest.html", self.rest(obj))
        return render(request, self.template_name, self.page(obj))

    def page(self, obj: Any) -> dict[str, Any]:
        acts = [act for act in self.acts(obj) if can(self.request.user, act.verb, obj)]
        primary = next((act for act in acts if act.primary), None)
        state = getattr(obj, self.state_field, None) if self.state_field else None
        timeline = timelines.get("record")
        shown = {
            "object": obj,
            "view": self,
            "title": self.get_title(obj),
            "subtitle": self.get_subtitle(obj),
            "kind": capfirst(self.model._meta.verbose_name),
            "crumbs": self.list_crumb(),
            "state": state_pill(obj, self.state_field) if state else "",
            "primary_act": primary,
            "other_acts": [act for act in acts if act is not primary],
            "facts": [(label, value) for label, value in self.facts(obj) if value not in (None, "")],
            "main_panels": self.drawn(obj, "main"),
            "side_panels": self.drawn(obj, "side"),
            **(self.rest(obj) if self.request.GET.get("rest") else {"more_follows": self.more_follows()}),
            "tabs": [(key, panel.title) for key, panel in panels_of(self.model, "tab")],
            "timeline": {"template": timeline.template, **(timeline.context(self.request, obj) or {})}
            if timeline
            else None,
        }
        shown["alone"] = self.template_name == "ui/detail.html" and not (
            shown["main_panels"]
            or shown.get("more_follows")
            or shown.get("later_panels")
            or shown["tabs"]
            or shown["timeline"]
        )
        return {**shown, **self.get_context(obj)}

    def more_follows(self) -> bool:
        """Has this kind of record panels that come after the page?"""
        return any(panel.later for place in ("main", "side") for _key, panel in panels_of(self.model, place))

    def rest(self, obj: Any) -> dict[str, Any]:
        """The panels that come after the page."""
        return {
            "later_panels": self.drawn(obj, "main", later=True),
            "later_side": self.drawn(obj, "side", later=True),
        }

    def drawn(self, obj: Any, place: str, *, later: bool = False) -> list[dict[str, Any]]:
        """Panels of a place with their contexts: those of the page, or those that follow it."""
        shown = []
        for key, panel in panels_of(self.model, place):
            if panel.later != later:
                continue
            context = panel.context(self.request, obj)
            if context is not None:
                shown.append({"key": key, "panel": panel, "context": context})
        return shown

    def one_panel(self, obj: Any, key: str) -> HttpResponseBase:
        """A tab's content, fetched when opened; without JavaScript it is a page of its own."""
        panel = panels.get(key)
        if panel is None or not panel.is_on(self.model):
            raise Http404
        context = panel.context(self.request, obj)
        data = {"panel": panel, "object": obj, "panel_context": context, "title": panel.title}
        data["crumbs"] = [*self.list_crumb(), (self.get_title(obj), self.request.path)]
        template = "ui/parts/panel_body.html" if self.request.htmx else "ui/panel_page.html"
        return render(self.request, template, data)
