"""Product requirement documents: what customers asked for, put together for those who make it (RND-02)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices.market import DemandState
from customers.choices.research import PAPER_MOVES, PaperState
from customers.models import ProductDemand, RequirementPaper
from customers.services.market_rows import locked, save
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_rows
from salesops.core.policies import can
from salesops.numbering.services import next_free_number

OPEN = (DemandState.NEW, DemandState.IN_REVIEW, DemandState.ACCEPTED)


@transaction.atomic
def save_paper(
    *,
    actor: User,
    at: datetime,
    demands: Iterable[ProductDemand],
    paper: RequirementPaper | None = None,
    version: int | None = None,
    **fields: Any,
) -> RequirementPaper:
    """Write a draft, or write it anew, with the demands it answers; a released one stays.

    Raises ``InvalidInput`` without demands, for one that is decided or stands in another document, ``NotAllowed``.
    """
    today = timezone.localdate(at)
    if paper is None:
        if not can(actor, "add", RequirementPaper):
            raise NotAllowed(_("Requirement documents are written by those who make the goods and by leads."))
        row = RequirementPaper(created_by=actor, owner=actor, team=team_on(actor, today))
        row.number = next_free_number("CP", RequirementPaper, on=today, field="number")
    else:
        row = locked(paper, actor, "edit", version)
        if row.state != PaperState.DRAFT:
            raise Conflict(_("This document is released; what was asked for stays."))
    for name, value in fields.items():
        setattr(row, name, value)
    save(row)
    _gather(row, demands, actor)
    verb = "customers.paper_changed" if paper else "customers.paper_written"
    record(verb, row, actor=actor, at=at, data=_facts(row))
    return row


def _gather(row: RequirementPaper, demands: Iterable[ProductDemand], actor: User) -> None:
    """Hang the demands on the document; those that were left out are free again."""
    wanted = {demand.pk for demand in demands}
    if not wanted:
        raise InvalidInput(_("Choose the demands that it answers."), field="demands")
    before = set(row.demands.values_list("pk", flat=True))
    for demand in lock_rows(ProductDemand.objects, wanted | before).values():
        if demand.pk not in wanted:
            demand.paper = None
        elif demand.pk not in before:
            if demand.paper_id is not None or demand.state not in OPEN or not can(actor, "view", demand):
                raise InvalidInput(
                    _("%(demand)s is decided, or stands in another document.") % {"demand": demand.number},
                    field="demands",
                )
            demand.paper = row
        else:
            continue
        save(demand)


@transaction.atomic
def release_paper(
    *, actor: User, at: datetime, paper: RequirementPaper, version: int | None = None
) -> RequirementPaper:
    """The document is what development works by from now on; it does not change any more."""
    row = locked(paper, actor, "release", version)
    PAPER_MOVES.require(row.state, PaperState.RELEASED, labels=dict(PaperState.choices))
    row.state, row.released_on = PaperState.RELEASED, timezone.localdate(at)
    save(row)
    asked = row.demands.select_related("customer").order_by("pk")
    record("customers.paper_released", row, *asked, actor=actor, at=at, data=_facts(row))
    return row


def _facts(row: RequirementPaper) -> dict[str, Any]:
    return {"paper": row.number, "title": row.title, "count": row.demands.count()}
