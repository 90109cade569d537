"""Rates and recovery by month, the calendar of what falls due, the cash forecast; every figure opens its rows."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from receivables.choices import GroupBy
from receivables.forms.reports import DueForm, ForecastForm, RatesForm
from receivables.models import Receivable
from receivables.selectors.cuts import read_key, row_label
from receivables.selectors.forecast import LATER, Expected, due_days, forecast, weeks_from
from receivables.selectors.rates import (
    LAGS,
    RATES,
    Rates,
    RatesQuery,
    disputed_left_out,
    rates_report,
    rates_rows,
)
from receivables.views.reports import (
    ZERO,
    Behind,
    ReportView,
    RowsView,
    Sheet,
    account_url,
    question_words,
)
from salesops.core.errors import InvalidInput
from salesops.core.keys import row_key
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
        labels = ((key, row_label(by, answer.labels.get(key, ""))) for key in answer.keys)
        return {
            "first": GroupBy(by).label,
            "rows": [
                {"label": label, "code": "", "cells": row(key), "url": account_url(by, key)}
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


class DueQuestion(ReportView):
    form_class: Any = DueForm

    def narrow(self) -> dict[str, Any]:
        clean = self.form.cleaned_data
        return {name: clean[name].pk for name in ("owner", "customer") if clean.get(name)}


class DueCalendar(DueQuestion):
    """A month of what falls due: days with number and amount, each leading to its items."""

    template_name, title = "receivables/due_calendar.html", _("What falls due")

    def defaults(self) -> dict[str, Any]:
        return {"month": f"{self.today:%Y-%m}"}

    def days(self) -> tuple[date, list[list[dict[str, Any]]]]:
        month = read_month(self.read()["month"])
        weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
        found = due_days(weeks[0][0], weeks[-1][-1], user=self.request.user, **self.narrow())
        place = reverse("receivables:receivable_list")

        def cell(day: date) -> dict[str, Any]:
            count, amount = found.get(day, (0, ZERO))
            query = urlencode({"due_date_min": day, "due_date_max": day, **self.narrow()})
            return {
                "day": day, "inside": day.month == month.month, "count": count, "amount": amount,
                "url": f"{place}?{query}" if count else "", "late": day < self.today, "today": day == self.today,
            }  # fmt: skip

        return month, [[cell(day) for day in week] for week in weeks]

    def get_context(self) -> dict[str, Any]:
        month, weeks = self.days()
        inside = [cell for week in weeks for cell in week if cell["inside"]]
        return {
            "form": self.form,
            "export": self.query_string(),
            "month": date_format(month, "YEAR_MONTH_FORMAT"),
            "weeks": weeks,
            "names": [date_format(cell["day"], "D") for cell in weeks[0]],
            "total": sum((cell["amount"] for cell in inside), ZERO),
            "count": sum(cell["count"] for cell in inside),
            "before": self.query_string(month=f"{month - timedelta(days=1):%Y-%m}"),
            "after": self.query_string(month=f"{month + timedelta(days=31):%Y-%m}"),
            "currency": settings.BASE_CURRENCY,
        }

    def sheet(self) -> Sheet:
        month, weeks = self.days()
        rows = [cell for week in weeks for cell in week if cell["inside"] and cell["count"]]
        return Sheet(
            key="due",
            title=str(self.title),
            day=month,
            facts=question_words(self.form),
            heads=[gettext("Due on"), gettext("Items"), settings.BASE_CURRENCY],
            lines=[[cell["day"].isoformat(), cell["count"], cell["amount"]] for cell in rows],
            total=[gettext("Total"), sum(c["count"] for c in rows), sum((c["amount"] for c in rows), ZERO)],
        )


class ForecastQuestion(DueQuestion):
    form_class: Any = ForecastForm

    def expected(self) -> list[Expected]:
        self.read()
        return forecast(self.today, user=self.request.user, **self.narrow())


class ForecastPage(ForecastQuestion):
    """Thirteen weeks of expected money: all of it, and weighted with its probability."""

    template_name, title = "receivables/report.html", _("Cash forecast")

    def lines(self) -> list[tuple[str, int, Decimal, Decimal, str]]:
        found = self.expected()
        words = [f"{first:%m-%d} – {last:%m-%d}" for first, last in weeks_from(self.today)]
        place = reverse("receivables:forecast_rows")
        lines = []
        for week, label in enumerate([*words, gettext("Later")]):
            own = [row for row in found if row.week == week]
            total = sum((row.amount for row in own), ZERO)
            weighted = sum((row.weighted for row in own), ZERO)
            lines.append((label, len(own), total, weighted, f"{place}?{self.query_string(week=week)}"))
        return lines

    def get_context(self) -> dict[str, Any]:
        lines = self.lines()
        total = [sum((line[n] for line in lines), ZERO) for n in (2, 3)]  # type: ignore[misc]
        return {
            "form": self.form,
            "export": self.query_string(),
            "charts": [
                Chart(
                    "forecast",
                    gettext("Expected by week"),
                    [line[0] for line in lines[:LATER]],
                    [
                        Series(gettext("All that is expected"), [line[2] for line in lines[:LATER]], [line[4] for line in lines]),
                        Series(gettext("Weighted"), [line[3] for line in lines[:LATER]], [line[4] for line in lines]),
                    ],
                    unit=settings.BASE_CURRENCY,
                    label_title=gettext("Week"),
                )
            ],
            "tables": [
                {
                    "title": gettext("Expected by week"),
                    "unit": settings.BASE_CURRENCY,
                    "first": gettext("Week"),
                    "heads": [gettext("Items"), gettext("All that is expected"), gettext("Weighted")],
                    "rows": [
                        {
                            "label": label,
                            "code": "",
                            "cells": [(count, url), (money(amount), url if count else ""), (money(weighted), f"{url}&weighted=1" if count else "")],
                        }
                        for label, count, amount, weighted, url in lines
                    ],
                    "total": [(sum(line[1] for line in lines), ""), (money(total[0]), ""), (money(total[1]), "")],
                    "notes": [
                        gettext("Expected on the due day plus the customer's own median delay; what is past is expected this week. A promise stands before the habit. Each row says how it was derived."),
                    ],
                    "empty": gettext("Nothing is open."),
                }
            ],
        }  # fmt: skip

    def sheet(self) -> Sheet:
        lines = self.lines()
        return Sheet(
            key="forecast",
            title=str(self.title),
            day=self.today,
            facts=[*question_words(self.form), (gettext("Shown in"), settings.BASE_CURRENCY)],
            heads=[gettext("Week"), gettext("Items"), gettext("All that is expected"), gettext("Weighted")],
            lines=[list(line[:4]) for line in lines],
        )


class ForecastRows(ForecastQuestion, RowsView):
    """The items of a week, each with its day, its probability and how they came about."""

    template_name, title = "receivables/forecast_rows.html", _("Behind the figure")

    def find(self) -> Behind:
        week = row_key(self.request.GET.get("week", ""))
        if week is not None and week > LATER:
            raise InvalidInput(_("There is no such figure in the report."))
        rows = sorted(self.expected(), key=lambda row: (row.day, row.item))
        self.rows = [row for row in rows if week is None or row.week == week]
        return Behind(
            title=str(_("Cash forecast")),
            parts=[],
            back=(ForecastPage.title, f"{reverse('receivables:forecast')}?{self.query_string()}"),
            currency=settings.BASE_CURRENCY,
        )

    def get_context(self) -> dict[str, Any]:
        shown = self.rows[:500]
        items = Receivable.objects.select_related("customer", "owner").in_bulk([row.item for row in shown])
        return {
            "behind": self.behind,
            "rows": [(row, items[row.item]) for row in shown],
            "count": len(self.rows),
            "more": len(self.rows) - len(shown),
            "total": sum((row.amount for row in self.rows), ZERO),
            "weighted": sum((row.weighted for row in self.rows), ZERO),
        }
