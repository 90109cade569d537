"""Counters are nobody's to edit; administrators and auditors may look at them."""

from __future__ import annotations

from salesops.core.policies import Policy, register
from salesops.numbering.models import NumberSeries


class NumberSeriesPolicy(Policy):
    matrix = "administrator:all:view auditor:all:view"
    owner_path = team_path = None


def register_policies() -> None:
    register(NumberSeries, NumberSeriesPolicy())
