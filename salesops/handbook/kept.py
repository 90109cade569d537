"""Rule values of one request: read once when the first is asked for, forgotten with the request.

Outside of requests (jobs, commands, tests of services) nothing is kept. A value set by another process is seen by
the next request; one set in this request is seen at once, because setting it forgets what was read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from salesops.handbook.models import RuleValue

NOTHING = object()
Values = dict[str, tuple[list[date], list[Any]]]
_kept: ContextVar[dict[str, Any] | None] = ContextVar("rule values", default=None)


def stored_value(key: str, on: date, default: Any) -> Any:
    """What is stored for a rule on a day, or ``default``."""
    kept = _kept.get()
    if kept is None:
        found = RuleValue.objects.filter(key=key, from_date__lte=on).order_by("-from_date")
        return next(iter(found.values_list("value", flat=True)[:1]), default)
    if "values" not in kept:
        kept["values"] = _all()
    days, values = kept["values"].get(key, ((), ()))
    place = bisect_right(days, on)
    return values[place - 1] if place else default


def stored_values(keys: Iterable[str], on: date) -> dict[str, Any]:
    """What is stored for rules on a day, in one query at most; a rule without a value is left out."""
    if _kept.get() is not None:
        found = {key: stored_value(key, on, NOTHING) for key in keys}
        return {key: value for key, value in found.items() if value is not NOTHING}
    rows = RuleValue.objects.filter(key__in=list(keys), from_date__lte=on).order_by("key", "-from_date")
    return dict(rows.distinct("key").values_list("key", "value"))


def newest_days(on: date) -> dict[str, date]:
    """The day of the newest value in force of each rule that has one."""
    kept = _kept.get()
    if kept is None:
        values = _all()
    else:
        values = kept["values"] if "values" in kept else kept.setdefault("values", _all())
    found = {key: bisect_right(days, on) for key, (days, _values) in values.items()}
    return {key: values[key][0][place - 1] for key, place in found.items() if place}


def wording() -> str | None:
    """All values as one text: requests that read the same text go by the same rules. ``None`` outside of requests."""
    kept = _kept.get()
    if kept is None:
        return None
    if "wording" not in kept:
        if "values" not in kept:
            kept["values"] = _all()
        kept["wording"] = repr(kept["values"])
    return str(kept["wording"])


def _all() -> Values:
    found: Values = {}
    rows = RuleValue.objects.order_by("key", "from_date").values_list("key", "from_date", "value")
    for key, day, value in rows:
        days, values = found.setdefault(key, ([], []))
        days.append(day)
        values.append(value)
    return found


def forget() -> None:
    """Called by whoever changes a value."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()


class RulesMiddleware:
    """Begins and ends what a request keeps."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _kept.set({})
        try:
            return self.get_response(request)
        finally:
            _kept.reset(token)
