"""What the frame of every page shows: navigation, quick adds, badges, theme."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import SimpleLazyObject

from salesops.ui.registries import SECTIONS, allowed, badges, menu, quick_adds, stylesheets

THEMES = ("light", "dark")


@dataclass
class Entry:
    label: Any
    url: str
    icon: str
    active: bool = False
    count: int = 0


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


class Frame:
    """Navigation, quick adds and badges of one request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.user = request, request.user

    @property
    def sections(self) -> list[Section]:
        if not hasattr(self, "_sections"):
            self._sections = self._build()
        return self._sections

    def _build(self) -> list[Section]:
        if not self.user.is_authenticated:
            return []
        found: dict[str, list[tuple[int, Entry]]] = {key: [] for key in SECTIONS}
        for item in menu:
            url = _url(item.url_name)
            if url and allowed(self.user, item.model, item.verb, item.roles):
                found[item.section].append((item.order, Entry(item.label, url, item.icon)))
        found["workbench"].insert(0, (0, Entry(SECTIONS["workbench"][0], reverse("ui:workbench"), "home")))
        sections = []
        for key, (label, icon) in SECTIONS.items():
            entries = [entry for _, entry in sorted(found[key], key=lambda pair: pair[0])]
            if entries:
                sections.append(Section(key, label, icon, entries))
        self._mark(sections)
        return sections

    def _mark(self, sections: list[Section]) -> None:
        """The entry whose url is the longest beginning of the page's path is where we are."""
        path = self.request.path
        hits = [
            e
            for s in sections
            for e in s.entries
            if path == e.url or (e.url != "/" and path.startswith(e.url))
        ]
        if hits:
            max(hits, key=lambda e: len(e.url)).active = True

    @property
    def quick_adds(self) -> list[Entry]:
        found = [
            (q.order, Entry(q.label, _url(q.url_name), q.icon))
            for q in quick_adds
            if _url(q.url_name) and allowed(self.user, q.model, q.verb)
        ]
        return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]

    @property
    def badges(self) -> list[Entry]:
        return [
            Entry(b.label, _url(b.url_name), b.icon, count=b.count(self.user))
            for b in badges
            if _url(b.url_name)
        ]


@functools.lru_cache(maxsize=512)
def _resolved(name: str, urlconf: str | None, prefix: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _url(name: str) -> str:
    """The url of a name, looked up once per process; "" for a page that is not there."""
    return _resolved(name, get_urlconf(), get_script_prefix())
