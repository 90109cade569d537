"""A flow in words: routes with their conditions and steps, as pages show them."""

from __future__ import annotations

from typing import Any

from salesops.approvals.formats import read_fact
from salesops.approvals.models import ApprovalFlow
from salesops.approvals.registry import document_types
from salesops.approvals.routing import number
from salesops.handbook.registry import rules

# What ``routes_of`` reads; prefetch it where several flows are shown.
PARTS = ("routes__conditions", "routes__steps__approvers__person")


def routes_of(flow: ApprovalFlow) -> list[dict[str, Any]]:
    """Routes with conditions (fact, comparison, value or clause, key of the rule) and steps in words."""
    kind = document_types.get(flow.document_type)
    found = []
    for route in flow.routes.all():
        conditions = []
        for line in route.conditions.all():
            clause = rules.get(line.rule)
            value = f"{clause.clause} {clause.title}" if clause else line.value
            if kind and not clause and number(line.value) is None:
                value = read_fact(kind.formats, line.field, line.value)  # a code by its word
            label = kind.labels.get(line.field, line.field) if kind else line.field
            conditions.append((label, line.get_operator_display(), value, line.rule))
        found.append({"route": route, "conditions": conditions, "steps": list(route.steps.all())})
    return found
