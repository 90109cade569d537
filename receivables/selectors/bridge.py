"""From one day to another: opening + what came - what went = closing, and the documents behind each figure.

Of what is owed (``of="items"``): items and the lines on them, as the ageing report shows outstanding. Of the account
(``of="balance"``): documents at their own amounts, as the customer keeps it: outstanding less unallocated. Every
figure has the sign of its effect on what is owed, so a row adds up as it stands. Reversals stand on their own day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Case, F, Model, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Round
from django.utils.translation import gettext_lazy as _

from receivables.choices import GroupBy
from receivables.models import CreditNote, Receipt, Receivable, Refund, SettlementLine
from receivables.selectors.ageing import ZERO, AgeingQuery, sql_filters, template
from receivables.selectors.ageing_rows import MONEY, ageing_documents, ageing_items, narrowed
from receivables.selectors.cuts import places
from salesops.core.errors import InvalidInput
from salesops.core.money import places_of
from salesops.core.policies import policy_of
from salesops.core.registry import Registry

ADJUSTED = "LEFT JOIN receivables_adjustment adj ON adj.id = l.adjustment_id"
ITEMS, BALANCE = "items", "balance"
OWN_SIDES = (GroupBy.OWNER, GroupBy.TEAM)


@dataclass(frozen=True)
class LineSource:
    """One kind of settlement line with a column of its own.

    ``sql`` and ``rows`` say the same of a line (alias ``l``); a line belongs to the first source that says so. What
    none names is a reversal. ``account``: it moves the account by its lines; receipts and credit notes do not, their
    documents stand there.
    """

    key: str
    label: Any
    sql: str
    rows: Q
    join: str = ""
    account: bool = True


line_sources: Registry[LineSource] = Registry("sources of settlement")


def register_sources() -> None:
    """What settles an item; other kinds are registered by whoever posts them. Called when the app is ready."""
    plain = {"reversal_of__isnull": True}
    for source in (
        LineSource("received", _("Received"), "l.receipt_id IS NOT NULL AND l.reversal_of_id IS NULL",
                   Q(receipt__isnull=False, **plain), account=False),
        LineSource("credited", _("Credited"), "l.credit_note_id IS NOT NULL AND l.reversal_of_id IS NULL",
                   Q(credit_note__isnull=False, **plain), account=False),
        LineSource("written_off", _("Written off"), "adj.kind = 'write_off'",
                   Q(adjustment__kind="write_off"), join=ADJUSTED),
        LineSource("held_back", _("Held back"), "adj.kind = 'held_back'",
                   Q(adjustment__kind="held_back"), join=ADJUSTED),
        LineSource("small_differences", _("Small differences"), "adj.kind = 'small_difference'",
                   Q(adjustment__kind="small_difference"), join=ADJUSTED),
    ):  # fmt: skip
        line_sources.register(source.key, source)


@dataclass(frozen=True)
class BridgeQuery:
    """A bridge over the days ``since`` to ``until``, both of them counted. Other fields as in ``AgeingQuery``."""

    since: date
    until: date
    of: str = BALANCE
    by: str = GroupBy.CUSTOMER
    currency: str = ""
    user: Any = None
    customer: int | None = None

    def __post_init__(self) -> None:
        if self.since > self.until:
            raise InvalidInput(_("The first day lies after the last."), field="since")
        if self.of not in (ITEMS, BALANCE):
            raise InvalidInput(_("There is no such bridge."), field="of")
        if self.of == BALANCE and self.by in OWN_SIDES:
            raise InvalidInput(
                _("Money and the items that it settles may belong to different people."),
                field="of",
                way_out=_("Bridge the open items by owner or team, or the account by customer."),
            )

    def ageing(self, day: date) -> AgeingQuery:
        """The ageing report of a day over the same rows."""
        return AgeingQuery(
            as_of=day, by=self.by, currency=self.currency, user=self.user, customer=self.customer
        )

    @property
    def before(self) -> date:
        return self.since - timedelta(days=1)

    @property
    def shown_currency(self) -> str:
        return self.ageing(self.until).shown_currency


def columns(query: BridgeQuery) -> dict[str, Any]:
    """The figures between opening and closing, with their words."""
    found = {"invoiced": _("Invoiced")}
    found |= {source.key: source.label for source in line_sources}
    found["reversed"] = _("Taken back")
    if query.of == BALANCE:
        found["refunded"] = _("Paid back")
    if query.of == BALANCE and not query.currency:
        found["exchange"] = _("Exchange differences")
    return found


@dataclass(frozen=True, slots=True)
class BridgeRow:
    """``figures`` are opening, the columns and closing, in that order; opening + columns = closing."""

    pk: Any
    code: str
    label: str
    figures: dict[str, Decimal]


@dataclass(frozen=True)
class BridgeReport:
    query: BridgeQuery
    columns: dict[str, Any]
    rows: list[BridgeRow]
    total: BridgeRow
    count: int


def bridge_report(query: BridgeQuery, *, limit: int | None = None) -> BridgeReport:
    """The bridge; ``limit`` takes the first lines only, the total is that of all."""
    names = columns(query)
    sql, params = _statement(query, list(names))
    params["limit"] = None if limit is None else limit + 1
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        whole, *lines = [_row(line, names) for line in cursor.fetchall()]
    return BridgeReport(query, names, lines, replace(whole, pk=None), int(whole.pk))


def _row(line: tuple[Any, ...], names: dict[str, Any]) -> BridgeRow:
    pk, code, label, *amounts, _part = line
    return BridgeRow(pk, code, label, dict(zip(["opening", *names, "closing"], amounts, strict=True)))


def _statement(query: BridgeQuery, names: list[str]) -> tuple[str, dict[str, Any]]:
    params: dict[str, Any] = {"since": query.since, "until": query.until, "base": settings.BASE_CURRENCY}
    narrow = query.ageing(query.until)
    amount = "amount" if query.currency else "base_amount"
    sources = list(line_sources)
    quoted = [f'"{name}"' for name in names]
    filled = {
        "others": _others([source for source in sources if source.account]) + template("bridge_refunds.sql"),
        "exchange": "" if query.currency else _exchange(),
        "line_kind": "CASE "
        + " ".join(f"WHEN {source.sql} THEN '{source.key}'" for source in sources)
        + " ELSE 'reversed' END",
        "line_joins": " ".join(dict.fromkeys(source.join for source in sources if source.join)),
        "columns": ", ".join(
            f"coalesce(sum(amount) FILTER (WHERE kind = '{name}' AND day >= %(since)s), 0.00) AS \"{name}\""
            for name in names
        ),
        "totals": ", ".join(f"coalesce(sum({name}), 0.00)" for name in quoted),
        "names": ", ".join(f"a.{name}" for name in quoted),
        **places(query.by),
        "amount": amount,
        "items": sql_filters(narrow, Receivable, "i", params),
        "money": sql_filters(narrow, Receipt, "m", params),
        "credits": sql_filters(narrow, CreditNote, "m", params),
        "refunds": sql_filters(narrow, Refund, "m", params),
    }
    text = template("bridge_items.sql" if query.of == ITEMS else "bridge_balance.sql") + template(
        "bridge_answer.sql"
    )
    for name, value in filled.items():
        text = text.replace("{" + name + "}", value)
    return text, params


def _exchange() -> str:
    """The part of the statement on exchange differences, for receipts and for credit notes."""
    parts = []
    for table, day, source, narrow in (
        ("receivables_receipt", "received_date", "receipt", "{money}"),
        ("receivables_creditnote", "date", "credit_note", "{credits}"),
    ):
        text = template("bridge_exchange.sql").replace("{places}", str(places_of()))
        for name, value in (("table", table), ("day", day), ("source", source), ("narrow", narrow)):
            text = text.replace("{" + name + "}", value)
        parts.append(text)
    return "".join(parts)


def _others(sources: list[LineSource]) -> str:
    """Lines that move the account by themselves, since no receipt or credit note stands behind them."""
    parts = []
    for source in sources:
        text = template("bridge_lines.sql")
        for name, value in (("source", source.key), ("line_join", source.join), ("condition", source.sql)):
            text = text.replace("{" + name + "}", value)
        parts.append(text)
    return "".join(parts)


# --- the rows behind a figure -------------------------------------------------------------------------


def bridge_rows(query: BridgeQuery, figure: str, *, key: Any = None) -> list[QuerySet]:
    """The rows behind a figure, each with ``shown``; together they add up to it. Raises ``InvalidInput``."""
    if figure not in ("opening", "closing", *columns(query)):
        raise InvalidInput(_("There is no such figure in the report."))
    if figure in ("opening", "closing"):
        return _standing(query, query.before if figure == "opening" else query.until, key)
    between = (query.since, query.until)
    posted = _shown(query, Receivable, key).filter(issue_date__range=between).order_by("issue_date", "pk")
    if figure == "invoiced":
        return [posted.filter(retention_of__isnull=True)]
    if figure == "held_back":
        return [posted.filter(retention_of__isnull=False), _lines(query, figure, key)]
    if figure == "exchange":
        return [_differences(query, model, key) for model in (Receipt, CreditNote)]
    if query.of == ITEMS:
        return [_lines(query, figure, key)]
    if figure == "refunded":
        back = narrowed(query.ageing(query.until), Refund, key)
        amount = F("amount") if query.currency else F("base_amount")
        rows = SettlementLine.objects.filter(refund__in=back, date__range=between)
        return [rows.annotate(shown=amount).order_by("date", "pk")]
    mirrored = {"reversal_of__isnull": figure != "reversed"}
    parts = {"received": (Receipt,), "credited": (CreditNote,), "reversed": (Receipt, CreditNote)}
    if figure not in parts:
        return [_lines(query, figure, key)]
    return [
        _shown(query, model, key, sign=-1)
        .filter(**{f"{_day(model)}__range": between}, **mirrored)
        .order_by(_day(model), "pk")
        for model in parts[figure]
    ]


def _day(model: type[Model]) -> str:
    return "received_date" if model is Receipt else "date"


def _standing(query: BridgeQuery, day: date, key: Any) -> list[QuerySet]:
    """What was open at the end of a day; of the account, money that was not allocated counts against it."""
    ageing = query.ageing(day)
    items = [ageing_items(ageing, key=key)]
    if query.of == ITEMS:
        return items
    money = [ageing_documents(ageing, model, key=key).order_by("pk") for model in (Receipt, CreditNote)]
    return items + [rows.annotate(shown=-F("shown")) for rows in money]


def _shown(query: BridgeQuery, model: type[Model], key: Any, *, sign: int = 1) -> QuerySet:
    amount = F("amount") if query.currency else F("base_amount")
    return narrowed(query.ageing(query.until), model, key).annotate(shown=amount if sign > 0 else -amount)


def _lines(query: BridgeQuery, figure: str, key: Any) -> QuerySet:
    items = narrowed(query.ageing(query.until), Receivable, key)
    rows = SettlementLine.objects.filter(receivable__in=items, date__range=(query.since, query.until))
    if query.user is not None:
        rows = rows.filter(policy_of(SettlementLine).scope(query.user))
    for source in line_sources:
        rows = rows.filter(source.rows) if source.key == figure else rows.exclude(source.rows)
        if source.key == figure:
            break
    return rows.annotate(shown=-F("amount" if query.currency else "base_amount")).order_by("date", "pk")


def _differences(query: BridgeQuery, model: type[Model], key: Any) -> QuerySet:
    """Receipts or credit notes whose exchange difference moved in the time."""
    rows = narrowed(query.ageing(query.until), model, key).filter(
        ~Q(base_rate=1, currency=settings.BASE_CURRENCY), **{f"{_day(model)}__lte": query.until}
    )

    def used(column: str, **days: date) -> Coalesce:
        return Coalesce(
            Sum(f"lines__{column}", filter=Q(**{f"lines__date__{k}": v for k, v in days.items()})),
            Value(ZERO),
            output_field=MONEY,
        )

    def difference(**days: date) -> Any:
        left = Round((F("amount") - used("amount", **days)) * F("base_rate"), places_of())
        return F("base_amount") - left - used("base_amount", **days)

    then = Case(
        When(**{f"{_day(model)}__lt": query.since}, then=difference(lt=query.since)),
        default=Value(ZERO),
        output_field=MONEY,
    )
    return (
        rows.annotate(shown=difference(lte=query.until) - then).exclude(shown=0).order_by(_day(model), "pk")
    )
