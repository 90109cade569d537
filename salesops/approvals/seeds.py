"""Flows that a new company starts with (domain §10).

A kind names its own: ``DocumentType(…, flow=(route(…), …))``; ``migrate`` writes it where the kind has none. The first
kinds were written by migrations. Administrators publish later versions.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.apps import apps
from django.db import transaction

from salesops.approvals.registry import document_types

FIRST_DAY = date(2000, 1, 1)


def role(name: str, *, scope: str = "reach") -> dict[str, Any]:
    return {"kind": "role", "role": name, "scope": scope}


def step(name: str, *approvers: dict[str, Any], mode: str = "sequence", **more: Any) -> dict[str, Any]:
    return {"name": name, "mode": mode, "approvers": approvers, **more}


def when(field: str, operator: str, value: str = "", *, rule: str = "") -> dict[str, str]:
    return {"field": field, "operator": operator, "value": value, "rule": rule}


def route(name: str, conditions: list[dict[str, str]], steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "conditions": conditions, "steps": steps}


@transaction.atomic
def seed_flows() -> list[str]:
    """After ``migrate``: write the first flow of every kind that has none; which ones. Published ones stay."""
    known = set(
        apps.get_model("approvals", "ApprovalFlow")._base_manager.values_list("document_type", flat=True)
    )
    missing = [kind for kind in document_types if kind.flow and kind.key not in known]
    for kind in missing:
        write_flow(apps, kind.key, list(kind.flow))
    return [kind.key for kind in missing]


def write_flow(apps: Any, document_type: str, routes: list[Any], *, since: date = FIRST_DAY) -> None:
    """Write the first version of a flow, in force from ``since``; ``apps`` are those of the migration."""
    get = apps.get_model
    flow = get("approvals", "ApprovalFlow").objects.create(
        document_type=document_type,
        number=1,
        from_date=since,
        published_at=datetime(since.year, since.month, since.day, tzinfo=UTC),
    )
    for place, entry in enumerate(routes, 1):
        row = get("approvals", "FlowRoute").objects.create(flow=flow, position=place, name=entry["name"])
        for condition in entry["conditions"]:
            get("approvals", "RouteCondition").objects.create(route=row, **condition)
        for number, wanted in enumerate(entry["steps"], 1):
            fields = {k: v for k, v in wanted.items() if k != "approvers"}
            line = get("approvals", "FlowStep").objects.create(route=row, position=number, **fields)
            for position, approver in enumerate(wanted["approvers"], 1):
                get("approvals", "StepApprover").objects.create(step=line, position=position, **approver)
