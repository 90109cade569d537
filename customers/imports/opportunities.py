"""Opportunities in and out (interfaces §3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.choices.deals import CLOSED_STAGES, OPEN_STAGES, Stage
from customers.imports.reach import in_reach
from customers.models import LossReason, Opportunity, OpportunityLine, StageMove
from customers.services.bulk import CustomerBook, seeds_of
from salesops.catalog.models import Product
from salesops.core.choices import Role
from salesops.core.money import convert
from salesops.exchange.books import CurrencyBook, PeopleBook, ProductBook, RateBook
from salesops.exchange.context import BatchContext, Book, Document, RowError
from salesops.exchange.registry import Column, ImportKind
from salesops.handbook.selectors import rule

# What other programs call the steps.
OTHER_WORDS = [
    (Stage.RESEARCH, "Prospecting"), (Stage.SCREENED, "Qualification"), (Stage.FIRST_VISIT, "Engaging"),
    (Stage.NEEDS, "Needs analysis"), (Stage.PROPOSAL, "Quotation"), (Stage.NEGOTIATION, "Negotiating"),
    (Stage.WON, "Closed won"), (Stage.LOST, "Closed lost"),
]  # fmt: skip
UNKNOWN = "not_recorded"


class ReasonBook(Book):
    """Loss reasons by code or by name in any language; a new one is added to the list."""

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        rows = list(LossReason.objects.all())
        by_key = {str(row).casefold(): row for row in rows} | {row.name.casefold(): row for row in rows}
        by_key |= {row.code.casefold(): row for row in rows}
        return {key: by_key[key.casefold()] for key in keys if key.casefold() in by_key}

    def need_or_create(self, keys: set[str | None]) -> None:
        missing = sorted(self.need({UNKNOWN, *keys}))
        new = []
        taken = set(LossReason.objects.values_list("code", flat=True))
        for key in missing:
            code = slugify(key)[:50] or "reason"
            while code in taken:
                code += "-x"
            taken.add(code)
            new.append(LossReason(code=code, name=key[:100], position=900))
        self.ctx.insert(new)
        self.known.update(dict(zip(missing, new, strict=True)))


def prepare_opportunities(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = [document.first for document in documents]
    days = [_opened(row, ctx.today) for row in rows]
    ctx.book(PeopleBook).need_or_create(
        {row.owner for row in rows}, since=min(days, default=None), create=ctx.creates("owner")
    )
    ctx.book(CustomerBook).need_or_create(
        seeds_of((row.customer, _opened(row, ctx.today), row.owner, None) for row in rows if row.customer),
        create=ctx.creates("customer"),
    )
    ctx.book(ProductBook).need_or_create({row.product for row in rows}, create=ctx.creates("product"))
    currencies = ctx.book(CurrencyBook)
    currencies.base()
    currencies.need_or_create({row.currency for row in rows}, create=ctx.creates("currency"))
    ctx.book(ReasonBook).need_or_create({row.lost_reason for row in rows if row.stage == Stage.LOST})


def load_opportunities(ctx: BatchContext, documents: Sequence[Document]) -> None:
    on_file = Opportunity.objects.filter(code__in=[d.first.code for d in documents])
    existing = {deal.code: deal for deal in on_file.prefetch_related("lines")}
    mine = in_reach(ctx, on_file)
    new: list[tuple[Opportunity, Product | None]] = []
    changed: list[tuple[Opportunity, str, Product | None]] = []

    def build(document: Document) -> None:
        row = document.first
        deal = existing.get(row.code)
        if deal is not None and deal.pk not in mine:
            raise RowError(row, "code", _("this code belongs to an opportunity that you may not change"))
        values, product = _values(ctx, row)
        if deal is None:
            new.append((_new(ctx, row, values, product), product))
            return
        before = str(deal.stage)
        if not _differs(row, deal, values):
            ctx.outcome.unchanged += 1
            return
        _take_over(row, deal, values)
        changed.append((deal, before, product))

    ctx.each(documents, build)
    ctx.insert([deal for deal, _product in new], count=True)
    ctx.insert([line for deal, product in new for line in _lines(deal, product)])
    ctx.insert([move for deal, _product in new for move in _history(ctx, deal)])
    _write_changed(ctx, changed)


def _opened(row: Any, today: date) -> date:
    return min(day for day in (row.created_date, row.engaged_date, row.closed_date, today) if day is not None)


def _values(ctx: BatchContext, row: Any) -> tuple[dict[str, Any], Product | None]:
    """The columns as fields of a deal, once they agree with each other."""
    _check_dates(ctx, row)
    if row.amount is not None and row.amount < 0:
        raise RowError(row, "amount", _("must not be negative"))
    people = ctx.book(PeopleBook)
    owner = people.owner(row, "owner", row.owner)
    customer = ctx.book(CustomerBook).customer(row, "customer", row.customer) if row.customer else None
    product = ctx.book(ProductBook).get(row.product)
    if row.product and product is None:
        raise RowError(
            row, "product", _("there is no such product: import products first or let it be created")
        )
    currency = ctx.book(CurrencyBook).code(
        row, "currency", row.currency, customer.currency_id if customer else None
    )
    day = row.closed_date or ctx.today
    rate = ctx.book(RateBook).rate(row, "currency", currency, day, row.base_rate)
    amount = row.amount
    values = {
        "stage": row.stage,
        "owner_id": owner.pk,
        "team_id": people.team_on(owner.pk, day),
        "customer_id": customer.pk if customer else None,
        "product_id": product.pk if product else None,
        "created_date": _opened(row, ctx.today),
        "engaged_date": row.engaged_date,
        "closed_date": row.closed_date,
        "stage_since": row.closed_date or row.engaged_date or _opened(row, ctx.today),
        "amount": amount,
        "currency_id": currency,
        "base_rate": rate,
        "base_amount": convert(amount or Decimal(0), rate),
        "probability": _odds(ctx, row.stage),
        "loss_reason_id": _reason(ctx, row),
        "expected_close": row.expected_date,
    }
    if row.stage not in CLOSED_STAGES:
        values |= {
            "next_step": row.next_step or _("Take up after the import"),
            "next_step_on": row.next_date or ctx.today,
        }
        values["held_from"] = Stage.NEEDS if row.stage == Stage.ON_HOLD else ""
    return values, product


def _check_dates(ctx: BatchContext, row: Any) -> None:
    closed = row.stage in CLOSED_STAGES
    if closed and row.closed_date is None:
        raise RowError(
            row, "closed_date", _("an opportunity that is won or lost needs the day of the decision")
        )
    if not closed and row.closed_date is not None:
        raise RowError(row, "closed_date", _("an opportunity that is still open has no day of decision"))
    for name in ("created_date", "engaged_date", "closed_date"):
        if getattr(row, name) and getattr(row, name) > ctx.today:
            raise RowError(row, name, _("lies in the future"))
    if row.closed_date and row.engaged_date and row.closed_date < row.engaged_date:
        raise RowError(row, "closed_date", _("lies before the day on which it was engaged"))
    if row.lost_reason and row.stage != Stage.LOST:
        raise RowError(row, "lost_reason", _("only a lost opportunity has a reason for it"))


def _odds(ctx: BatchContext, stage: str) -> Decimal:
    if stage not in OPEN_STAGES:
        return Decimal(1 if stage == Stage.WON else 0)
    return Decimal(rule("customers.deal_odds", on=ctx.today)[OPEN_STAGES.index(Stage(stage))]) / 100


def _reason(ctx: BatchContext, row: Any) -> int | None:
    if row.stage != Stage.LOST:
        return None
    return int(ctx.book(ReasonBook).get(row.lost_reason or UNKNOWN).pk)


def _new(ctx: BatchContext, row: Any, values: dict[str, Any], product: Product | None) -> Opportunity:
    customer = ctx.book(CustomerBook).get(row.customer)
    parts = [str(part) for part in (product, customer) if part]
    title = row.title or " · ".join(parts) or row.code
    return Opportunity(
        code=row.code, title=title[:200], source=row.source or "", created_by=ctx.actor, **values
    )


COMPARED = {
    "customer": "customer_id", "product": "product_id", "owner": "owner_id", "stage": "stage", "amount": "amount",
    "engaged_date": "engaged_date", "closed_date": "closed_date", "created_date": "created_date",
    "lost_reason": "loss_reason_id", "expected_date": "expected_close", "next_step": "next_step",
    "next_date": "next_step_on",
}  # fmt: skip


def _differs(row: Any, deal: Opportunity, values: dict[str, Any]) -> list[str]:
    """Columns that the file gives with another value than the deal has; a decided deal does not change."""
    found = [
        column
        for column, name in COMPARED.items()
        if getattr(row, column) not in (None, "") and getattr(deal, name) != values.get(name)
    ]
    if found and not deal.is_alive:
        raise RowError(row, found[0], _("this opportunity is decided and on file with another value"))
    if {"product", "amount"} & set(found) and len(deal.lines.all()) > 1:
        raise RowError(row, "amount", _("this opportunity has several products; change them on its page"))
    return found


def _take_over(row: Any, deal: Opportunity, values: dict[str, Any]) -> None:
    """What the file gives replaces what is on file; what it leaves out stays."""
    closing = row.stage in CLOSED_STAGES
    for name, value in values.items():
        if value is None and name not in ("closed_date", "loss_reason_id"):
            continue
        if name == "created_date" and not row.created_date:
            continue
        if name in ("next_step", "next_step_on") and not (row.next_step or row.next_date):
            continue
        setattr(deal, name, value)
    if closing:
        deal.held_from = ""
    elif row.amount is None:
        deal.base_amount = convert(deal.amount or Decimal(0), deal.base_rate)


def _lines(deal: Opportunity, product: Product | None) -> list[OpportunityLine]:
    if product is None:
        return []
    amount = deal.amount or Decimal(0)
    return [OpportunityLine(opportunity=deal, product=product, amount=amount, base_amount=deal.base_amount)]


def _history(ctx: BatchContext, deal: Opportunity) -> list[StageMove]:
    """The opening, and the step in which the deal comes."""
    moves = [_move(ctx, deal, "", Stage.RESEARCH, deal.created_date, 0)]
    if deal.stage != Stage.RESEARCH:
        days = max((deal.stage_since - deal.created_date).days, 0)
        moves.append(_move(ctx, deal, Stage.RESEARCH, deal.stage, deal.stage_since, days))
    return moves


def _move(ctx: BatchContext, deal: Opportunity, before: str, to: str, day: date, days: int) -> StageMove:
    at = min(timezone.make_aware(datetime.combine(day, time(12))), ctx.at)
    return StageMove(
        opportunity=deal, from_stage=before, to_stage=to, date=day, at=at, days=days, actor=ctx.actor,
        owner_id=deal.owner_id, team_id=ctx.book(PeopleBook).team_on(deal.owner_id, day), base_amount=deal.base_amount,
    )  # fmt: skip


def _write_changed(ctx: BatchContext, changed: list[tuple[Opportunity, str, Product | None]]) -> None:
    fields = [name.removesuffix("_id") for name in COMPARED.values()]
    fields += ["team", "stage_since", "currency", "base_rate", "base_amount", "probability", "held_from"]
    ctx.update([deal for deal, _before, _product in changed], list(dict.fromkeys(fields)))
    moved = [
        _move(ctx, deal, before, deal.stage, deal.stage_since, 0)
        for deal, before, _product in changed
        if before != deal.stage
    ]
    ctx.insert(moved)
    lined = [(deal, product) for deal, _before, product in changed if product is not None]
    OpportunityLine.objects.filter(opportunity__in=[deal for deal, _product in lined]).delete()
    ctx.insert([line for deal, product in lined for line in _lines(deal, product)])


def export_opportunities() -> Iterator[dict[str, Any]]:
    rows = Opportunity.objects.order_by("pk").select_related("customer", "owner", "product", "loss_reason")
    for deal in rows.iterator(2000):
        alive = deal.is_alive
        yield {
            "code": deal.code,
            "title": deal.title,
            "customer": deal.customer.code if deal.customer else None,
            "product": deal.product.code if deal.product else None,
            "owner": deal.owner.username,
            "stage": deal.stage,
            "created_date": deal.created_date,
            "engaged_date": deal.engaged_date,
            "closed_date": deal.closed_date,
            "amount": deal.amount,
            "currency": deal.currency_id,
            "lost_reason": deal.loss_reason.code if deal.loss_reason else None,
            "expected_date": deal.expected_close,
            "next_step": deal.next_step if alive else None,
            "next_date": deal.next_step_on if alive else None,
            "source": deal.source,
        }


OPPORTUNITIES = ImportKind(
    name="opportunities",
    title=gettext_lazy("Opportunities"),
    columns=(
        Column("code", required=True, max_length=60),
        Column("customer", "reference", lookup="customer", max_length=60),
        Column("product", "reference", lookup="product", max_length=60),
        Column("owner", "reference", required=True, lookup="owner"),
        Column(
            "stage", "choice", required=True, choices=[*Stage.choices, *OTHER_WORDS], aliases=("deal_stage",)
        ),
        Column("created_date", "date", help=gettext_lazy("empty: the first of the other days")),
        Column("engaged_date", "date", aliases=("engage_date",)),
        Column("closed_date", "date", aliases=("close_date",)),
        Column("amount", "decimal", aliases=("close_value", "value")),
        Column("currency", "reference", lookup="currency", max_length=3),
        Column("lost_reason", max_length=100, help=gettext_lazy("code or name; a new one joins the list")),
        Column("title", max_length=200),
        Column("expected_date", "date", help=gettext_lazy("day on which the decision is expected")),
        Column("next_step", max_length=300),
        Column("next_date", "date"),
        Column("source", max_length=60),
        Column("base_rate", "decimal", places=8, help=gettext_lazy("rate to the base currency")),
    ),
    key=("code",),
    roles=(Role.MANAGER,),
    creatable=("customer", "product", "owner", "currency"),
    prepare=prepare_opportunities,
    load=load_opportunities,
    export=export_opportunities,
    order=66,
)
