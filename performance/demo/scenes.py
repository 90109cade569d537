"""How scenes of the demo's last day are played: each for itself, one that this company cannot play is left out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from performance.demo.options import Options
from performance.demo.words import say
from salesops.approvals.selectors import open_request
from salesops.approvals.services import approve, pass_up
from salesops.core.errors import DomainError, NotAllowed

log = logging.getLogger(__name__)
STEPS = 6  # more than any first flow has, with those it is passed up to


def play(day: Any, scenes: Iterable[Callable[[Any], None]]) -> None:
    """A company of another size may have no customer or item for a scene; then it does without that scene."""
    for scene in scenes:
        with forgiving(day.options, scene, DomainError), transaction.atomic():
            scene(day)


@contextmanager
def forgiving(options: Options, part: Callable[..., Any], *expected: type[Exception]) -> Iterator[None]:
    """What a small company cannot play, because somebody is missing, is left out; and what is ``expected`` in any."""
    faults = (Exception,) if options.is_small else expected
    try:
        yield
    except faults as error:
        log.warning("The demo does without %s of %s: %r", part.__name__, part.__module__, error)


def noon(on: date) -> datetime:
    """Eleven o'clock of a day before the last one."""
    return timezone.make_aware(datetime.combine(on, time(11)))


def sign_through(obj: Any, document_type: str, *, at: datetime, steps: int = STEPS) -> None:
    """Whoever is asked about a record approves it or passes it up, ``steps`` times or until nobody is asked any more."""
    for _step in range(steps):
        request = open_request(obj, document_type)
        if request is None:
            return
        ask = request.asks.filter(state="open").order_by("pk").first()
        person = ask.people.order_by("pk").first().person
        try:
            with transaction.atomic():
                approve(actor=person, at=at, request=request, comment="")
        except NotAllowed:  # beyond this person's limit
            beyond = say("超出我的权限", "Beyond my authority")
            pass_up(actor=person, at=at, request=open_request(obj, document_type), comment=beyond)
