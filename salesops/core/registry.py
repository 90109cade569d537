"""A registry that apps fill at start and nobody changes afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Named entries in order of registration; ``freeze`` is called when all apps are ready."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, T] = {}
        self._frozen = False

    def register(self, key: str, entry: T) -> T:
        """Add ``entry`` under ``key``. Raises ``RuntimeError`` when frozen, ``KeyError`` on a second entry."""
        if self._frozen:
            raise RuntimeError(f"registry {self.name} is frozen")
        if key in self._entries:
            raise KeyError(f"{key} is registered twice in {self.name}")
        self._entries[key] = entry
        return entry

    def freeze(self) -> None:
        self._frozen = True

    def __getitem__(self, key: str) -> T:
        return self._entries[key]

    def get(self, key: str) -> T | None:
        return self._entries.get(key)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[T]:
        return iter(self._entries.values())

    def items(self) -> Iterator[tuple[str, T]]:
        return iter(self._entries.items())

    def __len__(self) -> int:
        return len(self._entries)
