"""Pages of what falls due, and of the cash that is expected of it (REC-06)."""

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

from receivables.forms.reports import DueForm, ForecastForm
from receivables.models import Receivable
from receivables.selectors.forecast import LATER, Expected, by_week, due_days, forecast, weeks_from
from receivables.views.rates import read_month
from receivables.views.reports import ZERO, Behind, ReportView, RowsView
from receivables.views.sheets import Sheet, question_words
from salesops.core.errors import InvalidInput
from salesops.core.keys import row_key
from salesops.ui.charts import Chart, Series
from salesops.ui.templatetags.ui import money


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
        self.read()
        found = by_week(self.today, user=self.request.user, **self.narrow())
        words = [f"{first:%m-%d} – {last:%m-%d}" for first, last in weeks_from(self.today)]
        place = reverse("receivables:forecast_rows")
        lines = []
        for week, label in enumerate([*words, gettext("Later")]):
            count, total, weighted = found.get(week, (0, ZERO, ZERO))
            lines.append((label, count, total, weighted, f"{place}?{self.query_string(week=week)}"))
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
