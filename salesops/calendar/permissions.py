"""Everybody reads the calendar; administrators and HR keep it (CON-01)."""

from __future__ import annotations

from salesops.calendar.models import CalendarDay, CalendarYear, WorkRegime
from salesops.core.choices import Role
from salesops.core.policies import Policy, register

_KEEPERS = (Role.ADMINISTRATOR, Role.HR)


class CalendarPolicy(Policy):
    matrix = " ".join(f"{role}:all:{'edit' if role in _KEEPERS else 'view'}" for role in Role.values)
    owner_path = team_path = None


def register_policies() -> None:
    policy = CalendarPolicy()
    for model in (CalendarDay, CalendarYear, WorkRegime):
        register(model, policy)
