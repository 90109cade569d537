"""What apps make findable: kinds of records, pages that are no records, and who answers for hidden files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.utils.functional import Promise

from salesops.audit.masking import masked_fields
from salesops.core.registry import Registry
from salesops.search import tokens

Text = str | Promise


def no_line(_obj: Any, _user: Any) -> Text:
    return ""


@dataclass(frozen=True, eq=False)
class SearchKind:
    """Records of one model: by which of its own columns they are found, and the line shown under their name.

    ``numbers`` are found from any part on, ``names`` also in pinyin, ``phones`` however they are written,
    ``notes`` by their words. The first number typed in full opens the record. ``line(obj, user)`` is written
    when the record is shown, by who may see it; ``related`` is joined for it; ``url(obj)`` for records without a
    page of their own. Only rows that fit ``where`` are found; ``watched`` are its columns. Raise ``version`` when the same
    columns should be read in another way: the next ``migrate`` queues the table.

    Telephones in ``masked_fields`` are found by a part of them only in rows of ``in_full(user, path)``, which are shown
    to this person without the mask (``path`` leads to the row); in others by the whole number.
    """

    model: type[Model]
    label: Text
    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    line: Callable[[Any, Any], Text] = no_line
    related: tuple[str, ...] = ()
    order: int = 100
    icon: str = "file-text"
    version: int = 1
    where: Q = field(default_factory=Q)
    watched: tuple[str, ...] = ()
    url: Callable[[Any], str] | None = None
    in_full: Callable[[Any, str], Q] | None = None

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The model's own fields that are read; a change of one of them makes the entry stale."""
        return tuple(dict.fromkeys((*self.numbers, *self.names, *self.phones, *self.notes)))

    @property
    def type_id(self) -> int:
        return ContentType.objects.get_for_model(self.model).pk

    @property
    def key(self) -> str:
        return self.model._meta.label_lower

    @cached_property
    def masks(self) -> dict[str, Callable[[str], str]]:
        """The masks of those telephones that not everybody sees in full."""
        return {
            entry.field: entry.mask for entry in masked_fields.of(self.model) if entry.field in self.phones
        }

    def shown_in_full(self, user: Any, path: str = "") -> Q:
        """Rows in which this person may look for a part of a telephone."""
        known = user is not None and getattr(user, "is_authenticated", False)
        return self.in_full(user, path) if self.in_full and known else Q(**{f"{path}pk__in": []})

    def entry(self, values: Sequence[Any]) -> tuple[str, str, str]:
        """Key, title and vector of a row's columns (in the order of ``columns``)."""
        row = {name: value or "" for name, value in zip(self.columns, values, strict=True)}
        words: set[str] = set()
        for fields, reader in (
            (self.numbers, tokens.of_number),
            (self.names, tokens.of_name),
            (self.notes, tokens.of_note),
        ):
            for name in fields:
                if row[name]:
                    words |= reader(row[name])
        for name in self.phones:
            words |= tokens.of_phone(row[name], self.masks.get(name))
        key = tokens.joined(row[self.numbers[0]])[:80] if self.numbers else ""
        title = tokens.joined(row[self.names[0]])[:100] if self.names else ""
        return key, title, tokens.vector(words)


@dataclass(frozen=True)
class PageHit:
    """Something found that is no record: a clause, a page."""

    title: Text
    url: str
    line: Text = ""


@dataclass(frozen=True)
class SearchPages:
    """``find(user, text, limit)`` for what is no table: only what the person may open."""

    label: Text
    find: Callable[[Any, str, int], Iterable[PageHit]]
    order: int = 900
    icon: str = "book"


kinds: Registry[SearchKind] = Registry("search.kinds")
pages: Registry[SearchPages] = Registry("search.pages")
# ``answer(user, text, on)`` -> sentences about files that exist, but are not the person's to see.
elsewhere: Registry[Callable[[Any, str, date], list[Text]]] = Registry("search.elsewhere")


def register_kinds(*entries: SearchKind) -> None:
    """Called by apps when they are ready."""
    for kind in entries:
        kinds.register(kind.key, kind)


def by_type() -> dict[int, SearchKind]:
    """Kinds by the key of their content type."""
    return {kind.type_id: kind for kind in kinds}
