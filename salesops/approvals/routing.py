"""Which way a request takes: the facts, the sum against splitting, the route, who would be asked."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.approvals.choices import Operator, RequestState
from salesops.approvals.models import ApprovalFlow, ApprovalRequest, FlowRoute, RouteCondition
from salesops.approvals.registry import Counted, DocumentType
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, InvalidInput
from salesops.handbook.selectors import rule

_SPLIT = re.compile(r"[,，、;；]")


def plain(value: Any) -> Any:
    """A fact as it is kept: text, number as text, date as ISO, yes/no."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def facts_of(kind: DocumentType, obj: Any, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a record as they are kept with the request."""
    return {name: plain(value) for name, value in kind.facts(obj, payload).items()}


def hash_of(facts: Mapping[str, Any]) -> str:
    """Two states of a record are the same for an approval when this is the same."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def number(value: Any) -> Decimal | None:
    """A value as a number, if it is one; 10 % is a tenth."""
    if isinstance(value, bool) or value in (None, ""):
        return None
    try:
        text = str(value).replace(",", "").replace(" ", "").replace("％", "%")
        read = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        return None
    if not read.is_finite():
        return None
    return read / 100 if text.endswith("%") else read


def true(value: Any) -> bool:
    """Yes or no; typed words count as what they say."""
    return str(value or "").strip().casefold() not in ("", "0", "no", "false", "否")


def holds(condition: RouteCondition, facts: Mapping[str, Any], *, on: date) -> bool:
    """Does one condition hold for these facts on a day? A fact that is missing fulfils no comparison."""
    have = facts.get(condition.field)
    if condition.operator in (Operator.YES, Operator.NO):
        return true(have) == (condition.operator == Operator.YES)
    want = rule(condition.rule, on=on) if condition.rule else condition.value
    if condition.operator == Operator.IN:
        wanted = {part.strip().casefold() for part in _SPLIT.split(str(want))}
        return str(have).strip().casefold() in wanted
    left, right = number(have), number(want)
    if condition.operator in (Operator.EQ, Operator.NE):
        same = (
            left == right
            if left is not None and right is not None
            else str(have or "").strip().casefold() == str(want).strip().casefold()
        )
        return same == (condition.operator == Operator.EQ)
    if left is None or right is None:
        return False
    return {
        Operator.GT: left > right,
        Operator.GTE: left >= right,
        Operator.LT: left < right,
        Operator.LTE: left <= right,
    }[Operator(condition.operator)]


def matching_route(flow: ApprovalFlow, facts: Mapping[str, Any], *, on: date) -> FlowRoute | None:
    """The first route all of whose conditions hold."""
    for route in flow.routes.prefetch_related("conditions").order_by("position", "pk"):
        if all(holds(condition, facts, on=on) for condition in route.conditions.all()):
            return route
    return None


@dataclass(frozen=True)
class Matter:
    """A record as the engine looks at it on a day."""

    kind: DocumentType
    facts: dict[str, Any]
    amount: Decimal | None
    counted: tuple[Counted, ...]
    customer_id: int | None
    on: date
    flow: ApprovalFlow | None
    route: FlowRoute | None
    payload: Mapping[str, Any] = field(default_factory=dict)

    @property
    def added(self) -> Decimal:
        """What counts together with this record."""
        return sum((line.amount for line in self.counted), Decimal(0))

    @property
    def tested(self) -> Decimal | None:
        """What the thresholds are compared with."""
        return None if self.amount is None else self.amount + self.added


def look_at(
    kind: DocumentType,
    obj: Any,
    *,
    at: datetime,
    payload: Mapping[str, Any] | None = None,
    flow: ApprovalFlow | None = None,
) -> Matter:
    """Facts, sum and route of a record; ``flow`` keeps the version of a request that runs already."""
    payload, day = payload or {}, timezone.localdate(at)
    facts = facts_of(kind, obj, payload)
    amount = number(facts.get(kind.amount)) if kind.amount else None
    customer_id = kind.customer(obj) if kind.customer else None
    counted = tuple(_others(kind, obj, customer_id, day)) if amount is not None else ()
    flow = flow or ApprovalFlow.objects.in_force(kind.key, day)
    matter = Matter(kind, facts, amount, counted, customer_id, day, flow, None, payload)
    tested = facts if amount is None else {**facts, kind.amount: plain(matter.tested)}
    return replace(matter, route=matching_route(flow, tested, on=day) if flow else None)


def _others(kind: DocumentType, obj: Any, customer_id: int | None, day: date) -> Iterable[Counted]:
    """What else of the same customer counts together with this one (domain §10: no splitting)."""
    if customer_id is None:
        return ()
    first = day - timedelta(days=rule("approvals.split_days", on=day) - 1)
    if kind.others is not None:
        return kind.others(obj, first, day)
    subject = ContentType.objects.get_for_model(obj)
    rows = ApprovalRequest.objects.filter(
        document_type=kind.key,
        customer_id=customer_id,
        requested_at__date__gte=first,
        amount__isnull=False,
        state__in=[RequestState.PENDING, RequestState.RETURNED, RequestState.APPROVED],
    ).exclude(subject_type=subject, subject_id=obj.pk)
    return [
        Counted("approvals.approvalrequest", pk, title, timezone.localdate(moment), amount)
        for pk, title, moment, amount in rows.order_by("requested_at", "pk").values_list(
            "pk", "title", "requested_at", "amount"
        )
    ]


def steps_of(route: FlowRoute) -> list[Any]:
    """The steps of a route in order, with their approvers."""
    found = list(route.steps.prefetch_related("approvers__person").order_by("position", "pk"))
    if not found:
        raise InvalidInput(
            _("The route “%(route)s” has no steps.") % {"route": route},
            way_out=_("Ask an administrator to complete the flow."),
            release=AskOffer(
                _("Please complete the flow “%(flow)s”") % {"flow": route.flow}, roles=(Role.ADMINISTRATOR,)
            ),
        )
    return found
