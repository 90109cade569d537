"""The timelines of the last year: who submitted, confirmed, shipped, visited and recorded what, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from customers.models import Customer, Visit
from orders.models import Order
from performance.demo.bulk import copy_rows, next_id
from performance.demo.options import Options
from receivables.models import Receipt, Receivable
from salesops.accounts.models import User
from salesops.audit.models import AuditEvent, AuditLink

Entry = tuple[datetime, int | None, str, dict[str, Any], list[tuple[type, int]]]


def build_trail(options: Options, people: dict[str, User]) -> int:
    """Write the entries in the order of their moments; answers how many."""
    since = options.today - timedelta(days=365)
    entries = [*_orders(since, people), *_money(since, people), *_visits(since)]
    entries.sort(key=lambda entry: entry[0])
    first = next_id(AuditEvent)
    copy_rows(
        AuditEvent,
        (
            {"id": first + n, "at": moment, "actor_id": actor, "verb": verb, "data": data}
            for n, (moment, actor, verb, data, _links) in enumerate(entries)
        ),
        at=options.at,
    )
    kinds = {model: ContentType.objects.get_for_model(model).pk for model in _MODELS}
    link = next_id(AuditLink)
    copy_rows(
        AuditLink,
        (
            {"id": link + n, "event_id": event, "content_type_id": kinds[model], "object_id": pk}
            for n, (event, model, pk) in enumerate(
                (first + n, model, pk) for n, entry in enumerate(entries) for model, pk in entry[4]
            )
        ),
        at=options.at,
    )
    return len(entries)


_MODELS = (Customer, Visit, Order, Receipt, Receivable)


def _moment(day: date, hour: int, pk: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, pk % 60)))


def _orders(since: date, people: dict[str, User]) -> Iterator[Entry]:
    for order in Order.objects.filter(order_date__gte=since).exclude(number=None).order_by("pk"):
        links = [(Order, order.pk), (Customer, order.customer_id)]
        data = {"number": order.number, "total": str(order.total), "currency": order.currency_id}
        yield _moment(order.order_date, 9, order.pk), order.owner_id, "orders.order_submitted", data, links
        if order.confirmed_date:
            at = _moment(order.confirmed_date, 11, order.pk)
            yield at, people["mona"].pk, "orders.order_confirmed", {**data, "warnings": []}, links
        if order.shipped_date:
            shipped = {
                **data, "shipped_date": str(order.shipped_date), "ship_method": order.ship_method, "warnings": [],
            }  # fmt: skip
            at = _moment(order.shipped_date, 14, order.pk)
            yield at, people["otto"].pk, "orders.order_shipped", shipped, links


def _money(since: date, people: dict[str, User]) -> Iterator[Entry]:
    for item in Receivable.objects.filter(issue_date__gte=since).order_by("pk"):
        data = {
            "number": item.number, "amount": str(item.amount), "currency": item.currency_id, "due": str(item.due_date)
        }  # fmt: skip
        links: list[tuple[type, int]] = [(Receivable, item.pk), (Customer, item.customer_id)]
        yield _moment(item.issue_date, 15, item.pk), None, "receivables.receivable_posted", data, links
    receipts = Receipt.objects.filter(received_date__gte=since).prefetch_related("lines").order_by("pk")
    for receipt in receipts:
        data = {
            "number": receipt.number, "amount": str(receipt.amount), "currency": receipt.currency_id,
            "date": str(receipt.received_date),
        }  # fmt: skip
        links = [(Receipt, receipt.pk), (Customer, receipt.customer_id)]
        links += [(Receivable, line.receivable_id) for line in receipt.lines.all()]
        at = _moment(receipt.received_date, 10, receipt.pk)
        yield at, people["dora"].pk, "receivables.receipt_recorded", data, links


def _visits(since: date) -> Iterator[Entry]:
    for visit in Visit.objects.filter(visit_date__gte=since, state="done").order_by("pk"):
        if visit.visited_at is None:
            continue
        data = {"date": str(visit.visit_date), "kind": visit.kind, "visit": visit.number}
        links = [(Visit, visit.pk), (Customer, visit.customer_id)]
        yield visit.visited_at, visit.owner_id, "customers.visit_logged", data, links
