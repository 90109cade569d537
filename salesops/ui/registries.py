"""What apps hang into the frame: menu, panels, quick adds, workbench cards, badges, state colours.

Everything is registered in ``AppConfig.ready()`` and frozen after start. Models may be given as classes or as
``"app.Model"``; nothing here touches the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import can
from salesops.core.registry import Registry
from salesops.core.subjects import records

Text = str | Promise
ModelRef = type[Model] | str

SECTIONS: dict[str, tuple[Text, str]] = {
    "workbench": (_("Workbench"), "home"),
    "customers": (_("Customers"), "users"),
    "contracts": (_("Contracts"), "file-text"),
    "orders": (_("Orders"), "package"),
    "receivables": (_("Receivables"), "coins"),
    "performance": (_("Performance"), "chart"),
    "handbook": (_("Handbook"), "book"),
    "administration": (_("Administration"), "settings"),
}


def resolve(model: ModelRef | None) -> type[Model] | None:
    """The model class of a reference."""
    return apps.get_model(model) if isinstance(model, str) else model


def allowed(user: Any, model: ModelRef | None, verb: str, roles: Iterable[str] = ()) -> bool:
    """May ``user`` see an entry that names this model, verb and these roles?"""
    if roles and not user.has_role(*roles):
        return False
    cls = resolve(model)
    if cls is None:
        return True
    try:
        return can(user, verb, cls)
    except LookupError:
        return False


@dataclass(frozen=True)
class MenuItem:
    """A line of the navigation; shown to who may ``verb`` the model and holds one of ``roles`` (if any)."""

    section: str
    label: Text
    url_name: str
    model: ModelRef | None = None
    verb: str = "view"
    roles: tuple[str, ...] = ()
    order: int = 100
    icon: str = ""


def side_by_side(main: str, *others: str) -> None:
    """Entries that share one line of the navigation with ``main`` and are tabs at the top of each other's pages."""
    for key in others:
        menu_groups.register(key, main)


@dataclass(frozen=True)
class Panel:
    """A part of a model's record page. ``context(request, obj)`` returns ``None`` to hide it.

    ``model`` ``"*"``: on the page of every kind registered in ``core.subjects.records``. ``place``: ``main`` and ``side`` are drawn with the page, ``tab`` is fetched when opened.
    ``later``: a panel of the main or side column that may follow; all of them follow the page in one request.
    """

    model: ModelRef
    title: Text
    template: str
    context: Callable[[Any, Any], dict[str, Any] | None]
    place: str = "main"
    order: int = 100
    later: bool = False

    def is_on(self, model: type[Model]) -> bool:
        """Does the page of this model have the panel?"""
        if self.model == "*":
            return model._meta.label_lower in records
        return resolve(self.model) is model


@dataclass(frozen=True)
class QuickAdd:
    """An entry of the "+" menu."""

    label: Text
    url_name: str
    model: ModelRef | None = None
    verb: str = "add"
    order: int = 100
    icon: str = "plus"


@dataclass(frozen=True)
class WorkbenchCard:
    """A card of the workbench. ``context(request)`` returns ``None`` to hide it.

    ``lazy``: it is counted after the page has opened, for those of ``roles`` (any, where none are named) who ``may``.
    """

    title: Text
    template: str
    context: Callable[[Any], dict[str, Any] | None]
    order: int = 100
    lazy: bool = False
    wide: bool = False
    roles: tuple[str, ...] = ()
    may: Callable[[Any], bool] | None = None

    def follows(self, user: Any) -> bool:
        """Is it asked for after the page, and by this person?"""
        offered = not self.roles or user.has_role(*self.roles)
        return self.lazy and offered and (self.may is None or self.may(user))


@dataclass(frozen=True)
class Badge:
    """The bell: ``count(user)`` is the number shown, ``url_name`` the page behind it."""

    label: Text
    url_name: str
    count: Callable[[Any], int]
    icon: str = "bell"


@dataclass(frozen=True)
class Timeline:
    """Where a record page takes its timeline from: a template and ``context(request, obj)``."""

    template: str
    context: Callable[[Any, Any], dict[str, Any] | None]


@dataclass
class Tones:
    """Which of the meanings good, attention, bad, information (or plain) a state has; words come from choices."""

    by_model: dict[tuple[str, str], str] = field(default_factory=dict)

    def register(self, model: ModelRef, tones: dict[str, str]) -> None:
        label = model if isinstance(model, str) else model._meta.label
        for state, tone in tones.items():
            self.by_model[(label.lower(), str(state))] = tone

    def of(self, model: type[Model] | Model | None, state: str) -> str:
        label = model._meta.label_lower if model is not None else ""
        return self.by_model.get((label, str(state))) or COMMON_TONES.get(str(state), "plain")


COMMON_TONES = {
    "draft": "plain",
    "planned": "plain",
    "new": "info",
    "open": "info",
    "submitted": "info",
    "running": "info",
    "active": "good",
    "confirmed": "info",
    "approved": "good",
    "signed": "good",
    "in_force": "good",
    "shipped": "good",
    "delivered": "good",
    "done": "good",
    "paid": "good",
    "succeeded": "good",
    "posted": "good",
    "closed": "plain",
    "completed": "good",
    "partly_paid": "attention",
    "partly_shipped": "attention",
    "partial": "attention",
    "due": "attention",
    "waiting": "attention",
    "pending": "attention",
    "on_hold": "attention",
    "held": "attention",
    "overdue": "bad",
    "rejected": "bad",
    "refused": "bad",
    "failed": "bad",
    "cancelled": "plain",
    "canceled": "plain",
    "reversed": "plain",
    "missed": "bad",
}


@dataclass
class Clauses:
    """How a refusal names its handbook clause; the handbook room puts its reader here."""

    reader: Callable[[str], dict[str, Any]] | None = None

    def read(self, key: str) -> dict[str, Any]:
        """``{"text", "url", "keepers", "ask"}`` of a clause; empty when nobody reads clauses."""
        return self.reader(key) if self.reader is not None else {}


@dataclass
class Proof:
    """Who is there? Pages with ``asks_again`` ask here first; the room that knows puts its question in.

    ``ask(request)`` answers with the way to the question, or ``None`` when it was proved lately.
    """

    ask: Callable[[Any], Any] | None = None


@dataclass
class Words:
    """How records of a very large table are found by a word; the search room puts its index here.

    ``hits(model, word, user)`` answers the ways to find them (``finding.Hit``), or ``None`` where rows are read one by one.
    """

    hits: Callable[[type[Model], str, Any], Any] | None = None


@dataclass
class Releases:
    """How a refusal offers the request that lifts it; the rooms of approvals and work put their readers here."""

    readers: dict[type, Callable[[Any, Any], dict[str, Any]]] = field(default_factory=dict)

    def read(self, offer: Any, user: Any) -> dict[str, Any]:
        """``{"label", "url", "who"}`` of an offer; empty when nobody reads offers of its kind."""
        reader = self.readers.get(type(offer))
        return reader(offer, user) if reader is not None else {}


menu: Registry[MenuItem] = Registry("ui.menu")
menu_groups: Registry[str] = Registry("ui.menu_groups")
# Names of lines that hold several entries, by the key of the main one; a line without has the name of its first.
line_names: Registry[Text] = Registry("ui.line_names")
panels: Registry[Panel] = Registry("ui.panels")
quick_adds: Registry[QuickAdd] = Registry("ui.quick_adds")
workbench_cards: Registry[WorkbenchCard] = Registry("ui.workbench_cards")
badges: Registry[Badge] = Registry("ui.badges")
timelines: Registry[Timeline] = Registry("ui.timelines")
# Style sheets (paths below static/) of apps that draw more than the common parts.
stylesheets: Registry[str] = Registry("ui.stylesheets")
# Templates drawn into the head of every page, for scripts that work on all of them.
heads: Registry[str] = Registry("ui.heads")
tones = Tones()
clauses = Clauses()
proof = Proof()
releases = Releases()
word_index = Words()
# Words for the figures of refusals, by the name the service gave them.
refusal_labels: Registry[Text] = Registry("ui.refusal_labels")


def panels_of(model: type[Model], place: str) -> list[tuple[str, Panel]]:
    """Panels of a model at a place, in order."""
    found = [(key, panel) for key, panel in panels.items() if panel.place == place and panel.is_on(model)]
    return sorted(found, key=lambda pair: (pair[1].order, pair[0]))
