"""Nobody reads the index itself: what it finds is shown through the policy of each kind of record."""

from __future__ import annotations

from salesops.core.policies import Policy, register
from salesops.search.models import SearchEntry, SearchStale


class IndexPolicy(Policy):
    matrix = ""
    owner_path = team_path = None


def register_policies() -> None:
    register(SearchEntry, IndexPolicy())
    register(SearchStale, IndexPolicy())
