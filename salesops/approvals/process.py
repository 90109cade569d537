"""Process steps: what is done with which right, so that one page says who does it and who decides (ORG-04).

An app registers its steps in ``ready()``. A kind of request that no step names stands on the page as a step of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from salesops.core.registry import Registry


@dataclass(frozen=True)
class ProcessStep:
    """One act on a kind of record.

    ``verb`` is what the policy of ``model`` (app.Model) is asked; ``clauses`` are rules of the handbook that limit the
    act, ``kinds`` the requests that decide where it goes beyond them. ``place`` orders the steps along the process.
    """

    label: Any
    model: str
    verb: str
    place: int
    clauses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


process_steps: Registry[ProcessStep] = Registry("approvals.process_steps")


def register_steps(**steps: ProcessStep) -> None:
    """Add an app's steps by their names."""
    for name, step in steps.items():
        process_steps.register(f"{step.model.lower()}.{name}", step)
