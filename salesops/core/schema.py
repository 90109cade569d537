"""What is done to the database after every ``migrate``, for all tables as they are now.

A room registers a function without arguments in ``after_migrate``; the owner's role runs it.
"""

from __future__ import annotations

from collections.abc import Callable

from salesops.core.registry import Registry

after_migrate: Registry[Callable[[], object]] = Registry("core.after_migrate")
