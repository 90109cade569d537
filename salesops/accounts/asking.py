"""Whom a refusal sends people to when no flow lifts it: the superiors, or whoever holds a role."""

from __future__ import annotations

from typing import Any

from salesops.accounts.delegations import line_above
from salesops.core.errors import AskOffer


def ask_above(actor: Any, title: Any, subject: Any = None) -> AskOffer:
    """A task for the direct superior, or who stands next above; ``title`` says what is asked."""
    return AskOffer(title, people=tuple(line_above(actor)), subject=subject)
