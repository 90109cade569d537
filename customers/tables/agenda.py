"""Chips and lines of the calendar as HTML, written in Python: a month has hundreds, a template call for each is its cost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import pgettext

from customers.models import Visit, VisitPlan
from customers.selectors.agenda import Entry
from salesops.ui.links import url_of
from salesops.ui.marks import escaped, state_pill

NOTE = 60  # characters of a purpose


class AgendaMarks:
    """Draws what one reader is shown. ``owners``: whose it is, too; ``notes``: chips say kind and purpose (a week)."""

    def __init__(self, reader: Any, *, today: date, owners: bool, notes: bool) -> None:
        self.reader, self.today, self.owners, self.notes = reader, today, owners, notes
        self.move = f'class="btn btn-sm btn-quiet">{escape(pgettext("verb", "Move"))}</a>'
        self.log = f'class="btn btn-sm">{escape(pgettext("verb", "Log"))}</a>'
        self.pills = {
            tone: state_pill(Visit(state=state))
            for tone, state in (("done", "done"), ("late", "planned"), ("planned", "planned"))
        }

    def chips(self, entries: Iterable[Entry]) -> SafeString:
        """The chips of a cell."""
        return SafeString("".join(map(self._chip, entries)))

    def lines(self, entries: Iterable[Entry]) -> SafeString:
        """The lines of a day in the agenda of a phone."""
        return SafeString("".join(map(self._line, entries)))

    def _chip(self, entry: Entry) -> str:
        title, what = escaped(entry.title), escaped(entry.what)
        moved = (
            f' draggable="true" {self._moved(entry)} aria-describedby="move-help"' if entry.movable else ""
        )
        words = f"{entry.time} " if entry.time else ""
        words += "★ " if entry.tour else ""
        words += f"{escaped(entry.person.initials)} " if self.owners else ""
        small = f"<small>{what}{self._note(entry)}</small>" if self.notes else ""
        return (
            f'<a class="visit-chip {entry.tone}" href="{entry.url}" '
            f'title="{what}: {title} · {escaped(str(entry.person))}"{moved}>{words}{title}{small}</a>'
        )

    @staticmethod
    def _moved(entry: Entry) -> str:
        """Where a drag is sent, and what it was when it was read."""
        if entry.visit:
            return f'data-move="{url_of(Visit, entry.visit, "move")}" data-version="{entry.version}"'
        where = f"{url_of(VisitPlan, entry.plan, 'move')}?line={entry.line}"
        return f'data-move="{where}" data-version="{entry.day.isoformat()}"'

    def _line(self, entry: Entry) -> str:
        words = f"{entry.time} {escaped(entry.title)}" if entry.time else escaped(entry.title)
        whose = f" · {escaped(str(entry.person))}" if self.owners else ""
        return (
            f'<li class="{entry.tone}"><div class="what"><a href="{entry.url}">{words}</a>'
            f"<small>{escaped(entry.what)}{whose}{self._note(entry)}</small></div>{self._acts(entry)}</li>"
        )

    def _note(self, entry: Entry) -> str:
        if not entry.note:
            return ""
        note = entry.note if len(entry.note) <= NOTE else Truncator(entry.note).chars(NOTE)
        return f" · {escaped(note)}"

    def _acts(self, entry: Entry) -> str:
        """Of a visit its state; of the reader's own planned one what can be done with it."""
        if not entry.visit:
            return f'<a href="{entry.url}" {self.move}' if entry.movable else ""
        if not entry.movable or entry.person.pk != self.reader.pk:
            return self.pills[entry.tone]
        move = f'<a href="{url_of(Visit, entry.visit, "replan")}" {self.move}'
        if entry.day > self.today:
            return move
        return f'{move}<a href="{url_of(Visit, entry.visit, "log")}" {self.log}'
