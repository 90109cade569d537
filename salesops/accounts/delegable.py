"""What a deputy can stand in for; rooms above register their kinds of decisions at start."""

from __future__ import annotations

from typing import Any

from salesops.core.registry import Registry

# Key of a kind of decision -> its (lazy) name.
delegable: Registry[Any] = Registry("accounts.delegable")
