"""Tasks that the program gives are read in the reader's language: how, by the first part of their cause."""

from __future__ import annotations

from collections.abc import Callable

from salesops.core.registry import Registry

# First part of a task's cause -> (title, requirement) as stored -> the same in the active language.
task_sayings: Registry[Callable[[str, str], tuple[str, str]]] = Registry("work task sayings")


def told(cause: str | None, title: str, requirement: str) -> tuple[str, str]:
    """Title and requirement as they are shown; those of a person, or of an unknown cause, stay as written."""
    say = task_sayings.get((cause or "").partition(":")[0])
    return say(title, requirement) if say is not None else (title, requirement)
