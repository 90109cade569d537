"""State machines as data: which state may follow which (domain §3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from salesops.core.errors import Conflict


class Transitions:
    """The legal moves of one record kind; services ask ``require`` on a locked row."""

    def __init__(self, moves: Mapping[str, Iterable[str]]) -> None:
        self.moves = {str(source): frozenset(map(str, targets)) for source, targets in moves.items()}

    def allows(self, source: str, target: str) -> bool:
        return str(target) in self.moves.get(str(source), frozenset())

    def targets(self, source: str) -> frozenset[str]:
        return self.moves.get(str(source), frozenset())

    def require(self, source: str, target: str, *, labels: Mapping[str, object] | None = None) -> None:
        """Raise ``Conflict`` with a sentence unless the move is legal."""
        if self.allows(source, target):
            return
        names = labels or {}
        raise Conflict(
            _("This record is “%(source)s”; it cannot become “%(target)s” from there.")
            % {"source": names.get(source, source), "target": names.get(target, target)},
            way_out=_("Reload the page to see what happened to it meanwhile."),
        )
