"""The daily slot for talking to customers: whom to talk to, and what about (DAY-11).

Three topics: what the customer needs, how far what was promised has come, what the customer complained of. An app adds
what it knows of a topic::

    talk_reasons.register("orders.order", TalkReason(Topic.PROGRESS, rows_of))

``rows_of(user, on)`` gives ``Talk`` rows about the user's own customers, the most urgent first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from salesops.core.errors import InvalidInput
from salesops.core.registry import Registry

MOST = 20  # of one topic


class Topic(models.TextChoices):
    """What a talk with a customer is about."""

    NEEDS = "needs", pgettext_lazy("talk", "Needs")
    PROGRESS = "progress", pgettext_lazy("talk", "Progress")
    COMPLAINT = "complaint", pgettext_lazy("talk", "Complaints")


@dataclass(frozen=True)
class Talk:
    """A customer to talk to: about which record, in which words, since or until when."""

    customer: Any
    about: Any
    words: Any
    day: date | None = None


@dataclass(frozen=True)
class TalkReason:
    topic: Topic
    rows: Callable[[Any, date], Iterable[Talk]]


talk_reasons: Registry[TalkReason] = Registry("customers.talk_reasons")


def read_slot(value: Any) -> tuple[time, time]:
    """From and to of “16:30-17:30”. Raises ``InvalidInput``."""
    start, _sep, end = str(value).replace("–", "-").replace("：", ":").partition("-")
    try:
        slot = time.fromisoformat(start.strip().zfill(5)), time.fromisoformat(end.strip().zfill(5))
    except ValueError:
        slot = (time(1), time(0))
    if slot[0] >= slot[1]:
        raise InvalidInput(
            _("A slot of the day is written like 16:30-17:30."), field="value", way_out=_("From, a dash, to.")
        )
    return slot


def check_slot(value: Any) -> None:
    read_slot(value)
