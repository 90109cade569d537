"""What the acts on a deal share: the row under lock, its worth, its odds, its step written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices.deals import OPEN_STAGES, Stage
from customers.events.deals import OpportunityMoved
from customers.models import Opportunity, OpportunityLine, StageMove
from customers.services.proofs import missing_for
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.catalog.models import Product
from salesops.catalog.selectors import rate_to_base
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import lock_row
from salesops.core.money import convert, line_net, places_of
from salesops.core.policies import can
from salesops.handbook.selectors import rule

LABELS = dict(Stage.choices)
FIELDS = frozenset(
    {
        "title", "customer", "campaign", "source", "product", "amount", "currency", "expected_close", "score",
        "intention", "need_record", "budget", "needed_by", "bottom_line", "offer_ref", "offer_date", "next_step",
        "next_step_on", "remarks", "deal_paper", "probability", "engaged_date",
    }
)  # fmt: skip
AFTER_CLOSING = frozenset({"remarks", "need_record", "deal_paper"})


@dataclass(frozen=True)
class DealLine:
    """A product with what is wanted of it; an ``amount`` of its own wins over quantity × price."""

    product: Product
    quantity: Decimal | None = None
    price: Decimal | None = None
    amount: Decimal | None = None

    def worth(self, currency: str) -> Decimal:
        """Amount of the line in coins of the deal's currency."""
        if self.amount is not None:
            return self.amount
        if self.quantity is None or self.price is None:
            return Decimal(0)
        return line_net(self.quantity, self.price, places=places_of(currency))


def locked(
    opportunity: Opportunity, actor: User | None, verb: str, *, version: int | None = None, seen: str = ""
) -> Opportunity:
    """The row under lock, the right asked again on it, and what the person saw compared with what is.

    Related rows are read afterwards: joined to a row that somebody changes meanwhile they would be those of before.
    """
    row = lock_row(Opportunity.objects, opportunity.pk)
    if actor is not None and not can(actor, verb, row):
        raise NotAllowed(_("Only who makes the opportunity, or the team above, may change it."))
    if seen and row.stage != seen:
        last = row.moves.select_related("actor").order_by("-pk").first()
        raise Conflict(
            _("%(name)s has moved this opportunity to “%(stage)s” meanwhile.")
            % {"name": last.actor if last and last.actor else _("Somebody"), "stage": LABELS[row.stage]},
            way_out=_("Reload the page to see what happened to it meanwhile."),
        )
    if version is not None and row.version != version:
        raise Conflict(
            _("Somebody else has changed this opportunity meanwhile."),
            way_out=_("Reload the page, look at the change and enter yours again."),
        )
    return row


def require_known(row: Opportunity, target: str, *, on: date) -> None:
    """Raise ``InvalidInput`` naming what is still missing before ``target``, with the clause."""
    missing = missing_for(row, target, on=on)
    if missing:
        raise InvalidInput(
            _("Before “%(stage)s” this must be known: %(missing)s.")
            % {"stage": LABELS[target], "missing": ", ".join(str(m.label) for m in missing)},
            clause=missing[0].clause,
            way_out=_("Add it on the page of the opportunity, then move it on."),
            missing=", ".join(str(m.label) for m in missing),
        )


def facts(row: Opportunity, **more: Any) -> dict[str, Any]:
    return {"deal": row.code, "title": row.title} | more


def go(
    row: Opportunity,
    to: str,
    *,
    actor: User | None,
    at: datetime,
    on: date,
    reason: str = "",
    keep_hold: bool = False,
) -> None:
    before = row.stage
    days = max((on - row.stage_since).days, 0)
    row.stage, row.stage_since = to, on
    if not keep_hold:
        row.held_from = ""
    if to in OPEN_STAGES and not row.probability_by_hand:
        row.probability, _by_hand = odds(to, None, on=on)
    save(row)
    write_move(row, before, actor=actor, at=at, days=days, reason=reason, on=on)
    data = facts(row, from_stage=str(before), to_stage=str(to), reason=reason.strip())
    record("customers.deal_moved", row, row.customer, actor=actor, at=at, data=data)
    publish(OpportunityMoved(row.pk, before, to, at))


def close(row: Opportunity, to: str, day: date, *, actor: User | None, at: datetime, reason: str) -> None:
    row.closed_date = day
    row.team = team_on(row.owner, day)
    row.probability, row.probability_by_hand = Decimal(1 if to == Stage.WON else 0), False
    set_value(row, None, on=day)
    for line in row.lines.all():
        OpportunityLine.objects.filter(pk=line.pk).update(base_amount=convert(line.amount, row.base_rate))
    go(row, to, actor=actor, at=at, on=day, reason=reason)


def closing_day(row: Opportunity, day: date | None, at: datetime) -> date:
    today = timezone.localdate(at)
    chosen = day or today
    if chosen > today:
        raise InvalidInput(_("A decision of the future is not known yet."), field="closed_date")
    if chosen < row.created_date:
        raise InvalidInput(
            _("The opportunity was opened only on %(date)s.") % {"date": row.created_date},
            field="closed_date",
        )
    return chosen


def set_value(row: Opportunity, lines: Sequence[DealLine] | None, *, on: date) -> None:
    """Amount from the lines, where there are any, and what it is in base currency on a day."""
    row.base_rate = rate_to_base(row.currency_id, on=on)
    amounts = [line.worth(row.currency_id) for line in lines] if lines else []
    if lines is None and row.pk:
        amounts = list(row.lines.values_list("amount", flat=True))
    if amounts:
        row.amount = sum(amounts, Decimal(0))
        row.base_amount = sum((convert(amount, row.base_rate) for amount in amounts), Decimal(0))
    else:
        row.base_amount = convert(row.amount or Decimal(0), row.base_rate)
    if lines:
        row.product = max(lines, key=lambda line: line.worth(row.currency_id)).product


def write_lines(row: Opportunity, lines: Sequence[DealLine]) -> None:
    priced = [(line, line.worth(row.currency_id)) for line in lines]
    OpportunityLine.objects.bulk_create(
        OpportunityLine(
            opportunity=row, position=place, product=line.product, quantity=line.quantity, price=line.price,
            amount=amount, base_amount=convert(amount, row.base_rate),
        )
        for place, (line, amount) in enumerate(priced, 1)
    )  # fmt: skip


def refuse_lines(row: Opportunity) -> None:
    if row.lines.exists():
        raise InvalidInput(
            _("The amount of this opportunity is the sum of its products."),
            field="amount",
            way_out=_("Change the products first."),
        )


def write_move(
    row: Opportunity,
    before: str,
    *,
    actor: User | None,
    at: datetime,
    days: int = 0,
    reason: str = "",
    on: date | None = None,
) -> None:
    StageMove.objects.create(
        opportunity=row, from_stage=before, to_stage=row.stage, date=on or timezone.localdate(at), at=at, days=days,
        actor=actor, owner=row.owner, team=row.team, base_amount=row.base_amount, reason=reason.strip()[:500],
    )  # fmt: skip


def odds(stage: str, given: Decimal | None, *, on: date) -> tuple[Decimal, bool]:
    """The probability in force and whether a person set it."""
    if given is not None:
        if not 0 <= given <= 1:
            raise InvalidInput(_("A probability lies between 0 and 100 %."), field="probability")
        return given, True
    if stage not in OPEN_STAGES:
        return Decimal(0), False
    chances = rule("customers.deal_odds", on=on)
    return Decimal(chances[OPEN_STAGES.index(Stage(stage))]) / 100, False


def check(row: Opportunity, today: date, *, moved: bool = True) -> None:
    if not row.title:
        raise InvalidInput(_("Say what the opportunity is about."), field="title")
    if row.amount is not None and row.amount < 0:
        raise InvalidInput(_("An amount is zero or more."), field="amount")
    if row.is_alive:
        if not row.next_step:
            raise InvalidInput(
                _("Say what is done next; an opportunity always has a next step."), field="next_step"
            )
        if row.next_step_on is None:
            raise InvalidInput(_("Say when the next step is."), field="next_step_on")
        if moved and row.next_step_on < today:
            raise InvalidInput(_("The next step lies today or later."), field="next_step_on")
    for name in ("expected_close", "next_step_on", "needed_by"):
        day = getattr(row, name)
        if day is not None and day.year > today.year + 20:
            raise InvalidInput(_("This day is too far away to be true."), field=name)
    if row.offer_date is not None and row.offer_date > today:
        raise InvalidInput(_("An offer that was sent was not sent in the future."), field="offer_date")


def must_live(row: Opportunity) -> None:
    if not row.is_alive:
        raise Conflict(_("This opportunity is decided; what it was stays written."))


def save(row: Opportunity) -> None:
    row.version += 1
    row.save()


def known(fields: dict[str, Any]) -> None:
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"not fields of a deal: {sorted(unknown)}")
