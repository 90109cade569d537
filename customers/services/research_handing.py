"""Partners and studies of a person who moves or leaves go to somebody else with the pack (HRM-13)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices.research import StudyState
from customers.handing import HandKind, hand_kinds
from customers.models import MarketStudy, Partner
from customers.services.market_rows import save
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import Conflict
from salesops.core.locking import lock_row

OPEN_STUDIES = (StudyState.PLANNED, StudyState.SUBMITTED)


def hand_partner(obj: Partner, taker: User, *, at: datetime, reason: str) -> None:
    row = lock_row(Partner.objects.select_related("owner"), obj.pk)
    _give(row, taker, "customers.partner_handed", {"name": row.name}, at=at)


def hand_study(obj: MarketStudy, taker: User, *, at: datetime, reason: str) -> None:
    row = lock_row(MarketStudy.objects.select_related("owner"), obj.pk)
    if row.state not in OPEN_STUDIES:
        raise Conflict(_("This study is finished."))
    _give(row, taker, "customers.study_handed", {"subject": row.subject}, at=at, keeps_team=row.period_start)


def _give(
    row: Any, taker: User, verb: str, words: dict[str, Any], *, at: datetime, keeps_team: Any = None
) -> None:
    """A report that the schedule asks of a team stays that team's, whoever writes it."""
    data = words | {"old": row.owner.name, "new": taker.name}
    row.owner = taker
    if not keeps_team:
        row.team = team_on(taker, timezone.localdate(at))
    save(row)
    record(verb, row, actor=None, at=at, data=data)


def register_kinds() -> None:
    """Called when the app is ready."""
    hand_kinds.register(
        "customers.partner",
        HandKind(
            _("Partners"),
            Partner,
            lambda person: Partner.objects.filter(owner=person, is_active=True).order_by("pk"),
            lambda partner: partner.next_talk_on,
            hand_partner,
            44,
        ),
    )
    hand_kinds.register(
        "customers.marketstudy",
        HandKind(
            _("Market studies"),
            MarketStudy,
            lambda person: MarketStudy.objects.filter(owner=person, state__in=OPEN_STUDIES).order_by("pk"),
            lambda study: study.due_on,
            hand_study,
            46,
        ),
    )
