"""The bridge between two dates, and the documents behind each of its figures."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from receivables.choices import BridgeOf, GroupBy
from receivables.forms.reports import BridgeForm
from receivables.selectors.bridge import (
    OWN_SIDES,
    BridgeQuery,
    BridgeReport,
    BridgeRow,
    bridge_report,
    bridge_rows,
    columns,
)
from receivables.selectors.cuts import read_key, row_label
from receivables.views.reports import MOST_ROWS, Behind, ReportView, RowsView, account_urls
from receivables.views.sheets import Sheet, question_words
from salesops.ui.templatetags.ui import money

ENDS = {"opening": _("Opening"), "closing": _("Closing")}


ALWAYS = ("opening", "invoiced", "received", "closing")  # others stand where something moved


class BridgeQuestion(ReportView):
    """Reads the question from the url."""

    form_class = BridgeForm

    def defaults(self) -> dict[str, Any]:
        """This month; the account by customer, and the open items by owner or team."""
        own = self.request.GET.get("by") in OWN_SIDES
        return {
            "since": self.today.replace(day=1),
            "until": self.today,
            "of": (BridgeOf.ITEMS if own else BridgeOf.BALANCE).value,
            "by": GroupBy.CUSTOMER.value,
        }

    def question(self) -> BridgeQuery:
        """Raises ``InvalidInput`` for what is no question."""
        clean = self.read()
        return BridgeQuery(
            since=clean["since"],
            until=clean["until"],
            of=clean["of"],
            by=clean["by"],
            currency=clean["currency"].pk if clean["currency"] else "",
            customer=clean["customer"].pk if clean["customer"] else None,
            user=self.request.user,
        )


class BridgePage(BridgeQuestion):
    """Opening, what came, what went, closing; every figure opens its documents."""

    template_name, title = "receivables/report.html", _("Bridge between two dates")

    def get_context(self) -> dict[str, Any]:
        query = self.question()
        report = bridge_report(query, limit=MOST_ROWS)
        heads = _heads(report)
        moved = {name for row in (*report.rows, report.total) for name, value in row.figures.items() if value}
        heads = {name: word for name, word in heads.items() if name in moved or name in ALWAYS}
        accounts = account_urls(self.request.user, query.by, (row.pk for row in report.rows))
        return {
            "form": self.form,
            "export": self.query_string(),
            "tables": [
                {
                    "title": gettext("From %(since)s to %(until)s")
                    % {"since": query.since.isoformat(), "until": query.until.isoformat()},
                    "unit": query.shown_currency,
                    "first": GroupBy(query.by).label,
                    "heads": list(heads.values()),
                    "rows": [self.line(row, query, heads, accounts) for row in report.rows],
                    "total": self.line(report.total, query, heads)["cells"],
                    "more": max(report.count - MOST_ROWS, 0),
                    "notes": [
                        gettext("Opening and what follows add up to closing, in every row and in the total."),
                        gettext(
                            "Reversals stand on the day on which they were posted, never on that of the document."
                        ),
                    ],
                    "empty": gettext("Nothing stood open and nothing moved."),
                }
            ],
        }

    def line(
        self, row: BridgeRow, query: BridgeQuery, heads: dict[str, Any], accounts: Any = None
    ) -> dict[str, Any]:
        place = reverse("receivables:bridge_rows")
        whole = row.pk is None or query.by == GroupBy.NONE

        def url(figure: str) -> str:
            key = {} if whole else {"key": row.pk}
            return f"{place}?{self.query_string(figure=figure, **key)}"

        return {
            "label": row_label(query.by, row.label, whole=row.pk is None),
            "url": (accounts or {}).get(row.pk, ""),
            "code": row.code if query.by in (GroupBy.CUSTOMER, GroupBy.GROUP) else "",
            "cells": [
                (
                    money(row.figures[name]) if row.figures[name] else "–",
                    url(name) if row.figures[name] else "",
                )
                for name in heads
            ],
        }

    def sheet(self) -> Sheet:
        query = self.question()
        report = bridge_report(query)
        heads = _heads(report)
        lines = [
            [row.code, row_label(query.by, row.label), *(row.figures[name] for name in heads)]
            for row in report.rows
        ]
        return Sheet(
            key="bridge",
            title=str(self.title),
            day=query.until,
            facts=[*question_words(self.form), (gettext("Shown in"), query.shown_currency)],
            heads=[gettext("Code"), gettext("Name"), *map(str, heads.values())],
            lines=lines,
            total=["", gettext("Total"), *(report.total.figures[name] for name in heads)],
            text=2,
        )


def _heads(report: BridgeReport) -> dict[str, Any]:
    return {"opening": ENDS["opening"], **report.columns, "closing": ENDS["closing"]}


class BridgeRows(BridgeQuestion, RowsView):
    """The documents behind one figure of the bridge."""

    template_name, title = "receivables/figure_rows.html", _("Behind the figure")

    def find(self) -> Behind:
        query = self.question()
        figure = self.request.GET.get("figure", "closing")
        key = read_key(query.by, self.request.GET.get("key"))
        parts = bridge_rows(query, figure, key=key)
        words = {**ENDS, **columns(query)}
        return Behind(
            title=f"{words[figure]}: {query.since.isoformat()} – {query.until.isoformat()}",
            parts=parts,
            back=(BridgePage.title, f"{reverse('receivables:bridge')}?{self.query_string()}"),
            currency=query.shown_currency,
        )
