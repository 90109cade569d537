"""The parts of the frame that seldom change, written once and filled for each request.

Navigation, top bar and bottom bar are drawn by their templates once per language, theme, place and set of
entries, with holes where the person, the token and the numbers go. Which entries a person may see is asked at
every request (``Frame``); only the text that follows from the answer is kept.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.urls import get_script_prefix, get_urlconf
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from salesops.ui.context import Frame, _url, adds_of, sections_of
from salesops.ui.registries import badges, heads, stylesheets

# Private letters: they stand in no text of ours, and what fills a hole is put in after the text was cut.
_HOLE = re.compile("\ue000(\\w+)\ue001")
KEPT = 256


def hole(name: str) -> SafeString:
    return SafeString(f"\ue000{name}\ue001")


class Somebody:
    """Stands for the person while a part is drawn."""

    is_authenticated = True
    initials, email = hole("initials"), hole("email")

    def __str__(self) -> str:
        return hole("person")


@dataclass(frozen=True)
class Place:
    """All that the kept text of a part depends on."""

    part: str
    language: str | None
    theme: str
    urls: tuple[str | None, str]
    signed_in: bool = False
    shown: tuple[str, ...] = ()
    place: str = ""
    adds: tuple[str, ...] = ()


def shell(part: str, context: Context) -> SafeString:
    """The part ``ui/parts/<part>.html`` of the frame for the request of ``context``."""
    urls = (get_urlconf(), get_script_prefix())
    if part == "head":
        return SafeString("".join(pieces(Place(part, get_language(), "", urls))))
    frame: Frame = context["frame"]
    signed_in = frame.user.is_authenticated
    if part == "tabs" and not (signed_in and frame.request.path == frame.place):
        return SafeString("")
    place = Place(
        part, get_language(), context.get("theme", ""), urls, signed_in, frame.shown, frame.place, frame.adds
    )
    parts = list(pieces(place))
    if len(parts) > 1:
        values: dict[str, Any] = {}
        for n in range(1, len(parts), 2):
            name = parts[n]
            if name not in values:
                values[name] = conditional_escape(_fill(name, frame, context))
            parts[n] = values[name]
    return SafeString("".join(parts))


@functools.lru_cache(maxsize=KEPT)
def pieces(at: Place) -> tuple[str, ...]:
    """Text and names of holes in turn."""
    drawn = {
        "sections": sections_of(at.shown, at.place) if at.signed_in else [],
        "quick_adds": adds_of(at.adds),
        "badges": [
            {"label": b.label, "url": _url(b.url_name), "icon": b.icon, "mark": hole(f"badge_{n}")}
            for n, b in enumerate(badges)
            if _url(b.url_name)
        ],
    }
    html = get_template(f"ui/parts/{at.part}.html").render(
        {
            "frame": drawn,
            "user": Somebody() if at.signed_in else None,
            "theme": at.theme,
            "language": at.language,
            "stylesheets": stylesheets,
            "heads": heads,
            "csrf_token": hole("csrf"),
            "full_path": hole("path"),
            "search_text": hole("search"),
        }
    )
    return tuple(_HOLE.split(html))


def _fill(name: str, frame: Frame, context: Context) -> Any:
    if name == "csrf":
        return str(context.get("csrf_token", ""))
    if name == "path":
        return frame.request.get_full_path()
    if name == "search":
        return context.get("search_text", "")
    if name.startswith("badge_"):
        count = list(badges)[int(name[6:])].count(frame.user)
        return format_html(' <span class="count">{}</span>', "99+" if count > 99 else count) if count else ""
    return {"person": str(frame.user), "initials": getattr(frame.user, "initials", ""),
            "email": getattr(frame.user, "email", "")}[name]  # fmt: skip


if settings.DEBUG:  # templates are being written: draw them anew
    pieces = pieces.__wrapped__  # type: ignore[assignment]
