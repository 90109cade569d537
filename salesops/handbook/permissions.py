"""Everybody reads the handbook; administrators set values."""

from __future__ import annotations

from salesops.core.choices import Role
from salesops.core.policies import Policy, register
from salesops.handbook.models import RuleValue


class RuleValuePolicy(Policy):
    matrix = " ".join(
        f"{role}:all:{'edit' if role == Role.ADMINISTRATOR else 'view'}" for role in Role.values
    )
    owner_path = team_path = None


def register_policies() -> None:
    register(RuleValue, RuleValuePolicy())
