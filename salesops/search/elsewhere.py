"""“A file exists, ask …”: the answer about files that a person may not see, few times an hour and logged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from salesops.audit.choices import AccessKind
from salesops.audit.models import AccessLog
from salesops.handbook.selectors import rule
from salesops.search.registry import Text, elsewhere

SHORTEST = 2


@dataclass(frozen=True)
class Questions:
    """``answers``: sentences that name nothing but whom to ask; ``spent``: this hour's questions are used up."""

    answers: list[Text] = field(default_factory=list)
    spent: bool = False
    limit: int = 0


def questions(user: Any, text: str, *, at: datetime) -> Questions:
    """Ask every app whether a file that is not this person's is just what was typed.

    Each search of the last hour counts, also those that found nothing: guessing costs, too. What was shown while
    typing answers no such question and counts for nothing.
    """
    if len(text) < SHORTEST or not len(elsewhere):
        return Questions()
    today = timezone.localdate(at)
    limit = rule("search.questions_per_hour", on=today)
    asked = AccessLog.objects.filter(actor=user, kind=AccessKind.SEARCH, at__gt=at - timedelta(hours=1))
    asked = asked.filter(content_type=None).exclude(data__has_key="typing")
    if asked.order_by()[:limit].count() >= limit:
        return Questions(spent=True, limit=limit)
    return Questions([sentence for answer in elsewhere for sentence in answer(user, text, today)])
