"""Papers that apps print: registered with model, template, words and what is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import override

from salesops.core.policies import can
from salesops.core.registry import Registry

LANGUAGES = ("en", "zh-hans", "zh-hant")


@dataclass(frozen=True)
class Ask:
    """What a print is asked for: by whom, for which day or time, in which one or two languages."""

    user: Any
    on: date
    since: date | None
    languages: tuple[str, ...]

    @property
    def script(self) -> str:
        """The Chinese script of the print, simplified if there is none."""
        return next((code for code in self.languages if code != "en"), "zh-hans")


def _anybody(user: Any, obj: Any) -> bool:
    return True


def _one_language(obj: Any) -> bool:
    return False


@dataclass(frozen=True)
class PrintTemplate:
    """One kind of paper.

    ``context(obj, ask)`` gives the template's values; ``labels`` the words of ``{{ t.… }}``; ``abroad(obj)`` says
    that it goes to another country, so that it is printed in Chinese and English unless asked otherwise;
    ``allowed(user, obj)`` asks for more than the right to see the record; ``dated`` papers are of a day or a time.
    """

    key: str
    model: type[Model]
    label: Any
    template: str
    context: Callable[[Any, Ask], dict[str, Any]]
    labels: Mapping[str, Any] = field(default_factory=dict)
    abroad: Callable[[Any], bool] = _one_language
    allowed: Callable[[Any, Any], bool] = _anybody
    number: Callable[[Any], str] = str
    dated: bool = False

    def may(self, user: Any, obj: Any) -> bool:
        return can(user, "view", obj) and self.allowed(user, obj)


prints: Registry[PrintTemplate] = Registry("prints")


def register_print(template: PrintTemplate) -> PrintTemplate:
    """Add a paper under its own key; called from an app's ``ready()``."""
    return prints.register(template.key, template)


def prints_of(model: type[Model]) -> list[PrintTemplate]:
    return [template for template in prints if template.model is model]


def read_languages(text: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """One or two known languages from ``zh-hans,en``; the default for anything else."""
    wanted = tuple(dict.fromkeys(part for part in text.split(",") if part in LANGUAGES))[:2]
    return wanted or default


class Words:
    """Labels in the languages of a print: the first as text, the second small behind it."""

    def __init__(self, labels: Mapping[str, Any], languages: tuple[str, ...]) -> None:
        self.labels, self.languages = labels, languages

    def __getitem__(self, name: str) -> SafeString:
        return in_languages(self.labels[name], self.languages)


def in_languages(text: Any, languages: tuple[str, ...]) -> SafeString:
    """A lazy text in each language; the same words are written once."""
    said = []
    for language in languages:
        with override(language):
            said.append(str(text))
    if len(said) == 1 or said[0] == said[1]:
        return format_html("{}", said[0])
    return format_html('{} <span class="second" lang="{}">{}</span>', said[0], languages[1], said[1])
