"""A kind of request for the tests of the engine, about customer files, and thin makers of flows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps

from customers.models import Customer
from salesops.approvals.models import ApprovalFlow, ApprovalRequest
from salesops.approvals.registry import DocumentType, document_types, register
from salesops.approvals.seeds import role, route, step, when, write_flow
from salesops.approvals.services import start
from salesops.core.masking import mask_tax_number

KIND = "tests.matter"
OTHER_KIND = "tests.other"
# What the engine called: (event, title, actor) in order.
CALLS: list[tuple[str, str, str]] = []


def _called(name: str) -> Any:
    def call(obj: Any, *, request: Any, actor: Any, at: Any) -> None:
        CALLS.append((name, str(obj), str(actor)))

    return call


if KIND not in document_types:
    register(
        DocumentType(
            KIND,
            "customers.Customer",
            "Matter",
            facts=lambda obj, payload: {
                "name": obj.name,
                "amount": obj.annual_revenue,
                "class": obj.customer_class,
                "tax_number": obj.tax_number,
                "discount": Decimal(payload.get("discount", "0")),
                "flag": bool(obj.remarks),
            },
            labels={"name": "Name", "amount": "Amount", "tax_number": "Tax number", "flag": "Flag"},
            amount="amount",
            customer=lambda obj: obj.parent_id or obj.pk,
            team=lambda obj: obj.team,
            on_approved=_called("approved"),
            on_rejected=_called("rejected"),
            on_returned=_called("returned"),
            on_ended=_called("ended"),
            sensitive={"tax_number": mask_tax_number},
        )
    )
    register(
        DocumentType(OTHER_KIND, "customers.Customer", "Other", facts=lambda obj, payload: {}, labels={})
    )

LEAD = step("Lead", role("lead"))
MANAGER = step("Manager", role("manager"))
FINANCE = step("Finance", role("finance"))


def make_flow(
    *steps: dict[str, Any], conditions: list[dict[str, str]] | None = None, since: Any = None
) -> ApprovalFlow:
    """The flow of the tests' matter with one route."""
    return make_routes(route("All", conditions or [], list(steps)), since=since)


def make_routes(*routes: dict[str, Any], since: date | None = None) -> ApprovalFlow:
    write_flow(apps, KIND, list(routes), **({"since": since} if since else {}))
    return ApprovalFlow.objects.filter(document_type=KIND).latest("pk")


def ask(obj: Customer, *, actor: Any, at: Any, **more: Any) -> ApprovalRequest:
    return start(actor=actor, at=at, obj=obj, document_type=KIND, **more)


def holders(request: ApprovalRequest) -> list[str]:
    """Names of those who are asked now."""
    asks = request.asks.filter(state="open")
    return sorted(p.person.username for a in asks for p in a.people.select_related("person"))


__all__ = [
    "CALLS",
    "FINANCE",
    "KIND",
    "LEAD",
    "MANAGER",
    "OTHER_KIND",
    "ask",
    "holders",
    "make_flow",
    "make_routes",
    "role",
    "route",
    "step",
    "when",
]
