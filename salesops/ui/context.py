"""What the frame of every page shows: navigation, quick adds, badges, theme."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import SimpleLazyObject

from salesops.ui.registries import (
    SECTIONS,
    allowed,
    badges,
    line_names,
    menu,
    menu_groups,
    quick_adds,
    stylesheets,
)

THEMES = ("light", "dark")


@dataclass
class Entry:
    label: Any
    url: str
    icon: str
    active: bool = False
    count: int = 0
    group: str = ""


@dataclass
class Section:
    key: str
    label: Any
    icon: str
    entries: list[Entry]

    @property
    def url(self) -> str:
        return self.entries[0].url

    @property
    def active(self) -> bool:
        return any(entry.active for entry in self.entries)

    @property
    def groups(self) -> list[list[Entry]]:
        """The entries, those of one line together."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.group, []).append(entry)
        return list(found.values())

    @property
    def lines(self) -> list[Entry]:
        """What the navigation shows: one entry for each group, marked where one of the group is."""
        return [line_of(group) for group in self.groups]

    @property
    def named(self) -> list[tuple[Entry, list[Entry]]]:
        """Each line with its entries."""
        return [(line_of(group), group) for group in self.groups]

    @property
    def tabs(self) -> list[Entry]:
        """The group of the entry where we are, if it has more than one."""
        here = next((entry.group for entry in self.entries if entry.active), None)
        found = [entry for entry in self.entries if entry.group == here]
        return found if len(found) > 1 else []


def line_of(group: list[Entry]) -> Entry:
    """The line of a group: the way to its first entry, under the group's name if there are several."""
    first = group[0]
    label = (line_names.get(first.group) if len(group) > 1 else None) or first.label
    return replace(first, label=label, active=any(entry.active for entry in group))


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor; everything is lazy, so that fragments pay for nothing."""
    return {
        "frame": SimpleLazyObject(lambda: Frame(request)),
        "theme": theme_of(request),
        "languages": settings.LANGUAGES,
        "stylesheets": stylesheets,
    }


def theme_of(request: HttpRequest) -> str:
    """``light``, ``dark`` or "" (as the system has it); the person's choice, else the cookie's."""
    user = getattr(request, "user", None)
    chosen = getattr(user, "theme", "") if user is not None and user.is_authenticated else ""
    chosen = chosen or request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""


class Rights:
    """A person as the frame knows one: two with the same roles and teams are shown the same entries."""

    def __init__(self, user: Any) -> None:
        self.user: Any = user
        self.key = (user.is_active, tuple(user.grants()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rights) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True)
class Entries:
    """Keys of the menu's entries that are open, their urls, and keys of the quick adds."""

    shown: tuple[str, ...]
    urls: tuple[str, ...]
    adds: tuple[str, ...]


@functools.lru_cache(maxsize=256)
def entries_of(rights: Rights, urlconf: str | None, prefix: str) -> Entries:
    """The entries that these roles open; asked once for each set of roles that occurs.

    Whether a kind of record is open to somebody at all follows from the roles alone (``core.policies``).
    """
    user, rights.user = rights.user, None  # the roles are kept, the person is not
    shown = {
        key: url
        for key, item in menu.items()
        if (url := _url(item.url_name)) and allowed(user, item.model, item.verb, item.roles)
    }
    adds = (
        key for key, add in quick_adds.items() if _url(add.url_name) and allowed(user, add.model, add.verb)
    )
    return Entries(tuple(shown), tuple(shown.values()), tuple(adds))


class Frame:
    """Navigation, quick adds and badges of one request; the person's roles are read anew each time."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.user = request, request.user

    @functools.cached_property
    def entries(self) -> Entries:
        """What the person's roles of this moment open."""
        if not self.user.is_authenticated:
            return Entries((), (), ())
        return entries_of(Rights(self.user), get_urlconf(), get_script_prefix())

    @property
    def shown(self) -> tuple[str, ...]:
        """Keys of the menu's entries that are the person's to see."""
        return self.entries.shown

    @functools.cached_property
    def place(self) -> str:
        """The entry whose url is the longest beginning of the page's path is where we are."""
        path = self.request.path
        hits = [
            url for url in ("/", *self.entries.urls) if path == url or (url != "/" and path.startswith(url))
        ]
        return max(hits, key=len, default="")

    @functools.cached_property
    def sections(self) -> list[Section]:
        return sections_of(self.shown, self.place) if self.user.is_authenticated else []

    @property
    def adds(self) -> tuple[str, ...]:
        """Keys of the quick adds that are the person's to use."""
        return self.entries.adds

    @property
    def badges(self) -> list[Entry]:
        return [
            Entry(b.label, _url(b.url_name), b.icon, count=b.count(self.user))
            for b in badges
            if _url(b.url_name)
        ]


def sections_of(shown: tuple[str, ...], place: str) -> list[Section]:
    """The navigation with these entries; ``place`` is the url of the entry we are at."""
    found: dict[str, list[tuple[int, Entry]]] = {key: [] for key in SECTIONS}
    home = reverse("ui:workbench")
    found["workbench"].append((0, Entry(SECTIONS["workbench"][0], home, "home", home == place, group="home")))
    for key in shown:
        item = menu[key]
        url = _url(item.url_name)
        entry = Entry(item.label, url, item.icon, url == place, group=menu_groups.get(key) or key)
        found[item.section].append((item.order, entry))
    sections = []
    for key, (label, icon) in SECTIONS.items():
        entries = [entry for _, entry in sorted(found[key], key=lambda pair: pair[0])]
        if entries:
            sections.append(Section(key, label, icon, entries))
    return sections


def adds_of(keys: tuple[str, ...]) -> list[Entry]:
    """The entries of the "+" menu by their keys."""
    found = [quick_adds[key] for key in keys]
    return [Entry(q.label, _url(q.url_name), q.icon) for q in sorted(found, key=lambda q: q.order)]


@functools.lru_cache(maxsize=512)
def _resolved(name: str, urlconf: str | None, prefix: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _url(name: str) -> str:
    """The url of a name, looked up once per process; "" for a page that is not there."""
    return _resolved(name, get_urlconf(), get_script_prefix())
