"""Import kinds of the kernel's own rooms."""

from salesops.exchange.kinds import days, goods, people
from salesops.exchange.registry import import_kinds


def register_kinds() -> None:
    for kind in (*people.KINDS, *goods.KINDS, *days.KINDS):
        import_kinds.register(kind.name, kind)
