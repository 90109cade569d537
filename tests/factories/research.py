"""Market studies, target markets, partners, requirement documents in any state."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from customers.models import MarketStudy, Partner, RequirementPaper, TargetMarket
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from tests.factories.deals import make_demand

_serial = itertools.count(1)
DAY = date(2026, 3, 2)


def make_study(owner: User, *, on: date = DAY, **fields: Any) -> MarketStudy:
    given = {
        "subject": f"Study {next(_serial)}",
        "goal": "Know the market",
        "method": "Ask twenty buyers",
    } | fields
    if given.get("state", "planned") != "planned":
        given = {"findings": "They pay more", "conclusions": "Raise prices", "submitted_on": on} | given
    return MarketStudy.objects.create(
        number=f"DY-TEST-{next(_serial):05d}", owner=owner, team=team_on(owner, on),
        **{"start": on, "end": on + timedelta(days=20), "due_on": on + timedelta(days=30)} | given,
    )  # fmt: skip


def make_target_market(owner: User, **fields: Any) -> TargetMarket:
    given = {"name": f"Market {next(_serial)}", "traits": "Young families", "potential": "Grows by a tenth a year",
             "entry": "By two dealers", "difference": "We deliver in a week"} | fields  # fmt: skip
    return TargetMarket.objects.create(owner=owner, team=team_on(owner, DAY), **given)


def make_partner(owner: User, **fields: Any) -> Partner:
    given = {"name": f"Partner {next(_serial)}", "agreement": "Agency agreement of 2026", "agreed_from": DAY,
             "rights": "They show our goods", "duties": "We train them",
             "next_talk_on": DAY + timedelta(days=30)} | fields  # fmt: skip
    return Partner.objects.create(owner=owner, team=team_on(owner, DAY), **given)


def make_paper(owner: User, **fields: Any) -> RequirementPaper:
    given = {"title": f"Paper {next(_serial)}", "function": "Closes by itself", "performance": "10 000 times",
             "interface": "Fits the old box"} | fields  # fmt: skip
    row = RequirementPaper.objects.create(
        number=f"CP-PAPER-{next(_serial):05d}", owner=owner, team=team_on(owner, DAY), **given
    )
    make_demand(owner, paper=row)
    return row
