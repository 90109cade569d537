"""How many queries each kind of page may cost, whatever the number of its rows; all in this one file.

A pin names a url, who asks, and the most it may take. ``make(cast)`` builds what the page shows and returns
the object of the url (or ``None``). Session, person and roles cost four queries of every page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Pin:
    """One page kind and its most queries."""

    url: str
    who: str
    most: int
    make: Callable[[Any], Any] | None = None

    def __str__(self) -> str:
        return self.url


def customers(cast):
    first, *_rest = [
        _of("customers", "make_customer", owner=cast.alice, name=f"Customer {n}") for n in range(7)
    ]
    return first


def _of(app: str, maker: str, **values: Any) -> Any:
    return getattr(import_module(f"tests.factories.{app}"), maker)(**values)


PINS = [
    Pin("ui:menu", "alice", 5),
    Pin("ui:workbench", "alice", 25),
    Pin("accounts:user_list", "hugo", 9),
    Pin("customers:customer_list", "alice", 8, make=customers),
    Pin("customers:customer_detail", "alice", 20, make=customers),
    Pin("customers:customer_create", "alice", 10),
]


@pytest.mark.django_db
@pytest.mark.parametrize("pin", PINS, ids=str)
def test_a_page_costs_no_more_queries_than_pinned(pin, cast, client):
    obj = pin.make(cast) if pin.make else None
    kwargs = {"pk": obj.pk} if obj is not None and not pin.url.endswith("_list") else {}
    try:
        address = reverse(pin.url, kwargs=kwargs)
    except NoReverseMatch:
        pytest.fail(f"{pin.url} is gone; take its pin away")
    client.force_login(getattr(cast, pin.who))
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = client.get(address)
    assert answer.status_code == 200
    listing = "\n".join(query["sql"][:160] for query in seen.captured_queries)
    assert len(seen) <= pin.most, f"{len(seen)} queries:\n{listing}"
