"""Makers of collection cases; they go through the daily run and the acts, as in life."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from receivables.models import CollectionAction, CollectionCase, Promise, Receivable
from receivables.services.collecting import renew_cases, run_collection
from receivables.services.collection import Said, log_action
from receivables.services.promises import NewPromise, record_promise
from tests.factories.receivables import make_customer, make_receivable, noon

DAY = date(2026, 6, 30)


def make_overdue(
    customer: Any = None, *, days: int = 5, amount: Any = "1000.00", on: date = DAY, **more: Any
) -> Receivable:
    """An item that is ``days`` overdue on a day."""
    due = on - timedelta(days=days)
    return make_receivable(
        customer or make_customer(**more),
        amount=amount,
        issued=due - timedelta(days=30),
        due=due,
        at=noon(on),
    )


def make_case(
    *,
    owner: Any = None,
    customer: Any = None,
    days: int = 5,
    amount: Any = "1000.00",
    on: date = DAY,
    **more: Any,
) -> CollectionCase:
    """An open case of one overdue item; nothing was proposed yet."""
    item = make_overdue(customer or make_customer(owner=owner, **more), days=days, amount=amount, on=on)
    renew_cases(on=on, at=noon(on))
    return CollectionCase.objects.get(customer=item.customer)


def make_action(case: CollectionCase, actor: Any, *, on: date = DAY, **said: Any) -> CollectionAction:
    facts = {"channel": "phone", "said": "They will look into it", "contact": "Ms Li", **said}
    return log_action(actor=actor, case=case, said=Said(**facts), at=noon(on))


def make_promise(
    case: CollectionCase, actor: Any, *, amount: Any = "500.00", due: date, on: date = DAY, **more: Any
) -> Promise:
    promise = NewPromise(Decimal(str(amount)), case.customer.currency, due, "Ms Li", **more)
    return record_promise(actor=actor, case=case, promise=promise, at=noon(on))


def collect(on: date) -> dict[str, Any]:
    """The daily run of a day; its figures."""
    return run_collection(on, actor=None, at=noon(on), dry_run=False).summary
