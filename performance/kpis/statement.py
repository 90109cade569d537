"""Builds the one SQL statement that answers a question about KPIs, from the files in ``kpis/sql``.

All texts put together here are constants of this package; values travel as parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings

from customers.choices import IN_PERSON, VisitKind
from customers.selectors.rhythm import COUNTS, RHYTHM
from performance.choices import Basis
from performance.kpis.definition import KpiDef, sql_text
from performance.kpis.registry import BASIS, DISPUTED
from salesops.core.money import places_of
from salesops.core.periods import Period
from salesops.handbook.selectors import rules_on

# The category of a live row is that of its product today; a frozen row has it written with it.
LIVE_CATEGORY = ("k.category", "\nLEFT JOIN catalog_product k ON k.id = x.product_id")
# Counted again to be compared with what was frozen, a row keeps the category that was frozen with it: a product that
# changed its category since corrects no closed month.
KEPT_CATEGORY = ("COALESCE(z.category, k.category)", LIVE_CATEGORY[1] + "\n" + sql_text("kept_category"))


# Money and quantities of a shared customer count for each co-owner with the share of its day (features §4.11); what is
# counted by the piece (orders, new customers, visits) counts whole for the owner on the document. Shares have four decimals, so that the parts of an amount in cents are exact.
WHOLE = {
    "owner": "x.owner_id",
    "team": "x.team_id",
    "dept_team": "x.team_id",
    "num": "x.num",
    "den": "x.den",
    "shares": "",
}
SHARED = {
    "owner": "COALESCE(h.owner_id, x.owner_id) AS owner_id",
    "team": "CASE WHEN h.owner_id IS NULL THEN x.team_id ELSE h.team_id END AS team_id",
    "dept_team": "CASE WHEN h.owner_id IS NULL THEN x.team_id ELSE h.team_id END",
    "num": "x.num * COALESCE(h.share, 1) AS num",
    "den": "x.den * COALESCE(h.share, 1) AS den",
    "shares": (
        "\nLEFT JOIN shared h ON h.customer_id = x.customer_id AND x.date BETWEEN h.from_date AND h.to_date"
        "\n     AND x.owner_id = ANY(h.together)"
    ),
}


def day_of_rules(last: date, today: date) -> date:
    """A period is counted by the rules of the first day of its last month, one to come by those of today."""
    return min(last.replace(day=1), today)


@dataclass(frozen=True)
class Piece:
    """A stretch of days counted live under the name of the period that was asked for."""

    asked: str
    first: date
    last: date


@dataclass
class Question:
    """Which KPIs over which live pieces and frozen months; ``today`` is the day of asking."""

    kpis: Sequence[KpiDef]
    today: date
    basis: Basis | None = None
    pieces: list[Piece] = field(default_factory=list)  # for additive KPIs
    wholes: list[Piece] = field(default_factory=list)  # for balances and rates of a window
    frozen: list[tuple[str, str, str]] = field(default_factory=list)  # asked, month, code
    posts_only: bool = False  # frozen part may come from sums by person and team
    regions: bool = True  # False: nobody asks for the region, so the customers need not be read for it
    categories: bool = True  # the same of the products
    kept: tuple[str, ...] = ()  # frozen periods whose rows keep the category they were frozen with
    rules: Mapping[str, Any] | None = None

    def rule(self, key: str) -> Any:
        """A rule as it stands for the last stretch in question (``day_of_rules``); read once for both rules."""
        if self.rules is None:
            lasts = [p.last for p in (*self.pieces, *self.wholes)]
            day = day_of_rules(max(lasts, default=self.today), self.today)
            self.rules = rules_on(day, (BASIS, DISPUTED))
        return self.rules[key]

    def sales_basis(self) -> Basis:
        """The basis asked for, else the company's."""
        return self.basis or Basis(self.rule(BASIS))


def facts_sql(question: Question) -> tuple[str, dict[str, Any]]:
    """``WITH … facts AS (…)`` and its parameters; ``facts`` has ``code`` and the columns above."""
    live = [k for k in question.kpis if (question.pieces if k.additive else question.wholes)]
    basis = question.sales_basis() if any(k.uses_basis for k in live) else None
    ctes, parts = [sql_text("departments")], []
    if any(k.shared for k in live):
        ctes.append(sql_text("shared"))
    params: dict[str, Any] = {
        "skip_disputed": True,
        "invoiced": basis == Basis.INVOICE,
        "base_currency": settings.BASE_CURRENCY,
        "coins": places_of(),
    }
    for name, pieces in (("p", question.pieces), ("w", question.wholes)):
        ctes.append(filled("periods", name=name))
        params |= _period_params(name, pieces, question.today)
    if any("sales" in k.sources for k in live):
        sales = sql_text(f"sales_{basis}") + "\nUNION ALL\n" + sql_text("sales_back")
        ctes.append(f"sales AS (\n{sales}\n)")
    if any(DISPUTED in k.clauses for k in live):
        params["skip_disputed"] = bool(question.rule(DISPUTED))
    if any(k.sql == "revisit" for k in live):
        lasts = [p.last for p in question.wholes]
        params |= rhythm_params(day_of_rules(max(lasts, default=question.today), question.today))
    for kpi in live:
        body = sql_text(kpi.sql.replace("{basis}", question.basis or kpi.default_basis or basis or ""))
        region = "x.region" if question.regions else "NULL::text"
        category = _category(question)
        places = {"code": kpi.code, "region": region, "category": category[0], "products": category[1]}
        parts.append(filled("live", **places, **(SHARED if kpi.shared else WHOLE), body=body))
    if question.kept:
        params["kept_periods"] = list(question.kept)
    if question.frozen:
        parts.append(sql_text("frozen_posts" if question.posts_only else "frozen"))
        asked, months, codes = zip(*question.frozen, strict=True)
        params |= {"frozen_asked": list(asked), "frozen_periods": list(months), "frozen_codes": list(codes)}
    body = "\nUNION ALL\n".join(parts) or sql_text("nothing")
    ctes.append(f"facts AS (\n{body}\n)")
    return "WITH " + ",\n".join(ctes), params


def _category(question: Question) -> tuple[str, str]:
    if not question.categories:
        return "NULL::text", ""
    return KEPT_CATEGORY if question.kept else LIVE_CATEGORY


def rhythm_params(on: date) -> dict[str, Any]:
    """The rhythm of visits as the handbook sets it for a day: days per class, and which contacts count."""
    rules = rules_on(on, (*RHYTHM.values(), COUNTS))
    days = {f"rhythm_{name}": rules[key] for name, key in RHYTHM.items()}
    kinds = VisitKind.values if rules[COUNTS] == "any" else [str(kind) for kind in IN_PERSON]
    return days | {"rhythm_kinds": kinds}


def filled(file: str, /, **parts: str) -> str:
    """A SQL file with its ``{places}`` filled by texts of this package (never by input)."""
    text = sql_text(file)
    for place, part in parts.items():
        text = text.replace("{" + place + "}", part)
    return text


def _period_params(name: str, pieces: Iterable[Piece], today: date) -> dict[str, Any]:
    rows = list(pieces)
    return {
        f"{name}_periods": [r.asked for r in rows],
        f"{name}_firsts": [r.first for r in rows],
        f"{name}_lasts": [r.last for r in rows],
        f"{name}_as_ofs": [min(r.last, today) for r in rows],
        f"{name}_todays": [today for _ in rows],
        # The planner does not look into the lists above; from these it knows how few rows are meant.
        f"{name}_least_first": min((r.first for r in rows), default=date.max),
        f"{name}_most_last": max((r.last for r in rows), default=date.min),
        f"{name}_least_as_of": min((min(r.last, today) for r in rows), default=date.max),
    }


def piece(period: Period, asked: str | None = None) -> Piece:
    return Piece(asked or period.code, period.start, period.end)
