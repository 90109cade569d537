"""The small language of texts that staff write for prints: ``{customer}`` and its like, and nothing else (quality I4).

It is no template language: there are no tags, no attributes, no calls. What is not a known name is refused when
the text is saved, and stays as it was typed should it ever reach a print.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.core.errors import InvalidInput

NAMES: dict[str, Any] = {
    "company": gettext_lazy("name of our company"),
    "customer": gettext_lazy("name of the customer"),
    "number": gettext_lazy("number of the paper"),
    "date": gettext_lazy("date of the paper"),
    "amount": gettext_lazy("amount with its currency"),
    "person": gettext_lazy("who prints it"),
}
_PLACE = re.compile(r"\{([^{}\n]{0,60})\}")
_LOGIC = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|\$\{|<%")


def check(text: str, *, field: str = "body", names: Mapping[str, Any] = NAMES) -> None:
    """Raise ``InvalidInput`` for a name that no print fills in, and for the marks of template languages.

    ``names``: those that this kind of text knows, where they are others than those of prints.
    """
    unknown = [name for name in _PLACE.findall(text) if name not in names]
    if unknown or _LOGIC.search(text):
        raise InvalidInput(
            _("This text names something that no print fills in: %(what)s")
            % {"what": ", ".join(f"{{{name}}}" for name in unknown) or _LOGIC.findall(text)[0]},
            field=field,
            way_out=_("Known are: %(names)s.") % {"names": " ".join(f"{{{name}}}" for name in names)},
        )


def fill(text: str, values: Mapping[str, Any], *, names: Mapping[str, Any] = NAMES) -> SafeString:
    """The text with its places filled, escaped, its line ends kept."""
    parts, end = [], 0
    for place in _PLACE.finditer(text):
        parts.append(escape(text[end : place.start()]))
        known = place[1] in names and place[1] in values
        parts.append(conditional_escape(values[place[1]]) if known else escape(place[0]))
        end = place.end()
    parts.append(escape(text[end:]))
    return mark_safe("".join(parts).replace("\r\n", "\n").replace("\n", "<br>"))  # noqa: S308 - every part is escaped
