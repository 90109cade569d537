"""Pages of how much of what is owed was confirmed by customers, by owner and quarter (REC-11)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from receivables.selectors.coverage import coverage_report, coverage_rows, quarter_of
from receivables.views.reports import Behind, ReportView, RowsView
from receivables.views.sheets import Sheet
from salesops.core.errors import InvalidInput
from salesops.core.keys import row_key
from salesops.ui.templatetags.ui import money, percent


class CoverageQuestion(ReportView):
    """The quarter of the url, this one by default."""

    form_class: Any = None

    def question(self) -> tuple[Any, Any]:
        code = self.request.GET.get("quarter", "")
        try:
            return quarter_of(code, today=self.today)
        except ValueError:
            raise InvalidInput(_("Write the quarter as 2026-Q4."), field="quarter") from None

    def defaults(self) -> dict[str, Any]:
        return {"quarter": f"{self.today.year}-Q{(self.today.month + 2) // 3}"}


class CoveragePage(CoverageQuestion):
    """Which part of what customers owe they have confirmed, by owner and quarter."""

    template_name, title = "receivables/coverage.html", _("Confirmed balances")

    def lines(self) -> list[Any]:
        return coverage_report(self.question(), user=self.request.user)

    def get_context(self) -> dict[str, Any]:
        first, last = self.question()
        place = reverse("receivables:coverage_rows")

        def cell(row: Any, figure: str) -> tuple[Any, str]:
            key = {} if row.owner is None else {"key": row.owner}
            amount = row.figures[figure]
            return money(amount), f"{place}?{self.query_string(figure=figure, **key)}" if amount else ""

        rows = [
            {
                "label": row.label or gettext("Nobody"),
                "cells": [
                    *(cell(row, figure) for figure in row.figures),
                    (percent(row.share) if row.share is not None else "–", ""),
                ],
            }
            for row in self.lines()
        ]
        return {
            "export": self.query_string(),
            "first": first,
            "last": last,
            "rows": rows[:-1],
            "total": rows[-1]["cells"],
            "before": f"{(first - timedelta(days=1)).year}-Q{((first - timedelta(days=1)).month + 2) // 3}",
            "after": f"{(last + timedelta(days=1)).year}-Q{((last + timedelta(days=1)).month + 2) // 3}",
            "currency": settings.BASE_CURRENCY,
        }

    def sheet(self) -> Sheet:
        first, last = self.question()
        *lines, total = [
            [
                row.label or gettext("Nobody"),
                *row.figures.values(),
                percent(row.share) if row.share is not None else "",
            ]
            for row in self.lines()
        ]
        return Sheet(
            key="coverage",
            title=str(self.title),
            day=last,
            facts=[(gettext("Quarter"), f"{first} – {last}"), (gettext("Shown in"), settings.BASE_CURRENCY)],
            heads=[
                gettext("Owner"),
                gettext("Confirmed"),
                gettext("Does not agree"),
                gettext("Waits for the customer"),
                gettext("No statement"),
                gettext("Together"),
                gettext("Coverage"),
            ],
            lines=lines,
            total=[gettext("Total"), *total[1:]],
        )


class CoverageRows(CoverageQuestion, RowsView):
    """The statements and the open items behind a figure of the coverage."""

    template_name, title = "receivables/figure_rows.html", _("Behind the figure")

    def find(self) -> Behind:
        first, last = self.question()
        figure = self.request.GET.get("figure", "total")
        key = row_key(self.request.GET.get("key", ""))
        parts = coverage_rows((first, last), figure, owner=key, user=self.request.user)
        return Behind(
            title=f"{first} – {last}",
            parts=parts,
            back=(CoveragePage.title, f"{reverse('receivables:coverage')}?{self.query_string()}"),
            currency=settings.BASE_CURRENCY,
        )
