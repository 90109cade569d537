"""Rates and recovery by month; every figure opens its rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from receivables.choices import GroupBy
from receivables.forms.reports import RatesForm
from receivables.selectors.cuts import read_key, row_label
from receivables.selectors.rates import (
    LAGS,
    RATES,
    Rates,
    RatesQuery,
    disputed_left_out,
    rates_report,
    rates_rows,
)
from receivables.views.reports import Behind, ReportView, RowsView, account_urls
from receivables.views.sheets import Sheet, question_words
from salesops.core.periods import Period
from salesops.ui.charts import Chart, Figure, Series
from salesops.ui.templatetags.ui import money, percent

AMOUNT_HEADS = {
    "opening": _("Open at the start"),
    "invoiced": _("Invoiced"),
    "credited": _("Credited"),
    "received": _("Received"),
    "due": _("To be collected"),
    "collected": _("Collected of it"),
    "overdue": _("Overdue at the end"),
    "closing": _("Open at the end"),
}
FORMULAS = (
    _("Collection rate: money allocated in the month to the items due by its end / what was open of them at its start and new ones."),
    _("Receipts by sales: receipts / sales incl. tax. Turned over: (opening + sales - closing) / (opening + sales)."),
    _("Days of sales outstanding: average of opening and closing / sales incl. tax x days. Sales: items posted less credit notes."),
    _("Overdue rate: open and past due at the end of the month / all that is open then. Nothing to divide by: no figure."),
)  # fmt: skip


def read_month(text: str) -> date:
    """First day of ``2026-10``. Raises ``InvalidInput``."""
    return Period.parse(text).start


class RatesQuestion(ReportView):
    form_class = RatesForm

    def defaults(self) -> dict[str, Any]:
        return {"month": f"{self.today:%Y-%m}", "by": GroupBy.OWNER.value}

    def question(self) -> RatesQuery:
        """Raises ``InvalidInput`` for what is no question."""
        clean = self.read()
        return RatesQuery(
            month=read_month(clean["month"]),
            by=clean["by"],
            user=self.request.user,
            without_disputed=disputed_left_out(self.today),
        )


def shown_rate(name: str, value: Decimal | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if name == "dso" else percent(value)


class RatesPage(RatesQuestion):
    """The rates of a month with their amounts, twelve months of them, and how fast money came in."""

    template_name, title = "receivables/report.html", _("Collection rates")

    def get_context(self) -> dict[str, Any]:
        query = self.question()
        answer = rates_report(query)
        whole = answer.rates(query.month)
        return {
            "form": self.form,
            "export": self.query_string(),
            "figures": [
                Figure(label, value if value is None or name != "dso" else round(value, 1),
                       kind="number" if name == "dso" else "percent",
                       unit=gettext("days") if name == "dso" else "")
                for (name, label), value in zip(RATES.items(), whole.values(), strict=True)
            ],
            "charts": [self.trend(answer)],
            "tables": [self.amounts(answer), self.rates(answer), self.recovery(answer)],
        }  # fmt: skip

    def trend(self, answer: Rates) -> Chart:
        months = answer.query.span
        by_month = [answer.rates(month) for month in months]
        place = reverse("receivables:rates")
        return Chart(
            "rates-trend",
            gettext("Twelve months"),
            [f"{month:%Y-%m}" for month in months],
            [
                Series(
                    str(RATES[name]),
                    [None if r[name] is None else round(r[name] * 100, 1) for r in by_month],  # type: ignore[operator]
                    [f"{place}?{self.query_string(month=f'{month:%Y-%m}')}" for month in months],
                )
                for name in ("col_rate", "col_rate_ar", "overdue_rate")
            ],
            kind="line",
            unit="%",
            label_title=gettext("Month"),
        )

    def url(self, figure: str, month: date, key: Any) -> str:
        more = {} if key is None else {"key": key}
        place = reverse("receivables:rates_rows")
        return f"{place}?{self.query_string(figure=figure, of=f'{month:%Y-%m}', **more)}"

    def cells(self, amounts: dict[str, Decimal], names: Any, month: date, key: Any) -> list[tuple[Any, str]]:
        return [(money(amounts[n]), self.url(n, month, key)) if amounts[n] else ("–", "") for n in names]

    def amounts(self, answer: Rates) -> dict[str, Any]:
        query = answer.query
        month = query.month

        def row(key: Any) -> list[tuple[Any, str]]:
            own = None if query.by == GroupBy.NONE else key
            return self.cells(answer.amounts(month, key), AMOUNT_HEADS, month, own)

        return {
            "title": f"{month:%Y-%m}",
            "unit": settings.BASE_CURRENCY,
            "heads": list(AMOUNT_HEADS.values()),
            **self.by_key(answer, row),
        }

    def rates(self, answer: Rates) -> dict[str, Any]:
        """The shares of the month beside each other; apart from the amounts, so that neither is cut off."""
        month = answer.query.month

        def row(key: Any) -> list[tuple[Any, str]]:
            return [(shown_rate(name, value), "") for name, value in answer.rates(month, key).items()]

        return {
            "title": gettext("Rates of %(month)s") % {"month": f"{month:%Y-%m}"},
            "heads": list(RATES.values()),
            "notes": FORMULAS,
            **self.by_key(answer, row),
        }

    def by_key(self, answer: Rates, row: Any) -> dict[str, Any]:
        """One line for each person, team … and the total."""
        by = answer.query.by
        accounts = account_urls(self.request.user, by, answer.keys)
        labels = ((key, row_label(by, answer.labels.get(key, ""))) for key in answer.keys)
        return {
            "first": GroupBy(by).label,
            "rows": [
                {"label": label, "code": "", "cells": row(key), "url": accounts.get(key, "")}
                for key, label in labels
            ],
            "total": row(None),
            "empty": gettext("Nothing was owed."),
        }

    def recovery(self, answer: Rates) -> dict[str, Any]:
        rows = []
        for month in reversed(answer.query.span):
            found = answer.recovery(month)
            cells = self.cells(found, found, month, None)
            whole = found["fell_due"]
            cells += [(percent(found[f"within_{lag}"] / whole) if whole > 0 else "–", "") for lag in LAGS]
            rows.append({"label": f"{month:%Y-%m}", "code": "", "cells": cells})
        heads = [gettext("Fell due"), *(_within(lag) for lag in LAGS)]
        return {
            "title": gettext("Recovery of what fell due in the month"),
            "unit": settings.BASE_CURRENCY,
            "first": gettext("Month"),
            "heads": [*heads, *(f"{_within(lag)} %" for lag in LAGS)],
            "rows": rows,
            "notes": [
                gettext(
                    "Money only; credit notes do not count, and what is taken back counts against it on its day."
                )
            ],
            "empty": gettext("Nothing was owed."),
        }

    def sheet(self) -> Sheet:
        answer = rates_report(self.question())
        month = answer.query.month

        def line(label: str, key: Any) -> list[Any]:
            rates = [shown_rate(n, v) for n, v in answer.rates(month, key).items()]
            amounts = answer.amounts(month, key)
            return [label, *(amounts[name] for name in AMOUNT_HEADS), *rates]

        return Sheet(
            key="rates",
            title=str(self.title),
            day=answer.query.until,
            facts=[*question_words(self.form), (gettext("Shown in"), settings.BASE_CURRENCY)],
            heads=[gettext("Name"), *map(str, AMOUNT_HEADS.values()), *map(str, RATES.values())],
            lines=[line(row_label(answer.query.by, answer.labels.get(key, "")), key) for key in answer.keys],
            total=line(gettext("Total"), None),
            notes=[str(text) for text in FORMULAS],
        )


def _within(lag: int) -> str:
    return gettext("By the due day") if not lag else gettext("Within %(days)d days") % {"days": lag}


class RatesRows(RatesQuestion, RowsView):
    template_name, title = "receivables/figure_rows.html", _("Behind the figure")

    def find(self) -> Behind:
        query = self.question()
        figure = self.request.GET.get("figure", "closing")
        month = read_month(self.request.GET.get("of") or f"{query.month:%Y-%m}")
        key = read_key(query.by, self.request.GET.get("key"))
        words = {**AMOUNT_HEADS, "fell_due": _("Fell due"), **{f"within_{lag}": _within(lag) for lag in LAGS}}
        parts = rates_rows(query, figure, month, key=key)
        return Behind(
            title=f"{words[figure]}: {month:%Y-%m}",
            parts=parts,
            back=(RatesPage.title, f"{reverse('receivables:rates')}?{self.query_string()}"),
            currency=settings.BASE_CURRENCY,
        )


# --- what falls due -----------------------------------------------------------------------------------
