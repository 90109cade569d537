"""The ageing report, the rows behind each of its cells, the book checks and the months of the ledger."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from receivables import services
from receivables.checks import run_checks
from receivables.choices import Basis, Disputed, GroupBy
from receivables.forms import AgeingForm, CloseMonthForm
from receivables.models import CreditNote, PeriodLock, Receipt, Receivable
from receivables.selectors import AgeingQuery, AgeingReport, ageing_documents, ageing_items, ageing_report
from receivables.selectors.ageing import NOT_DUE, parse_steps
from receivables.tables import PeriodLockTable
from salesops.audit.services import record
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.keys import is_key, row_key
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.ui.events import ListExported
from salesops.ui.export import guard
from salesops.ui.views import PageView, RecordCreateView, RecordListView

MOST_ROWS = 500


def shown_label(label: str) -> str:
    """A bucket's heading in the reader's language."""
    return gettext("Not due") if label == NOT_DUE else label


class AgeingBase(PageView):
    """Reads the question from the url; what is missing comes from the handbook."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can(request.user, "list", Receivable):
            raise NotAllowed(_("Your role may not do this here."))
        return super().get(request, *args, **kwargs)

    def question(self) -> AgeingQuery:
        """Raises ``InvalidInput`` for what is no question."""
        today = timezone.localdate(self.at)
        defaults = {
            "as_of": today,
            "by": GroupBy.CUSTOMER.value,
            "basis": rule("receivables.ageing_basis", on=today),
            "buckets": ",".join(map(str, rule("receivables.ageing_buckets", on=today))),
        }
        data = {**defaults, **{k: v for k, v in self.request.GET.items() if v}}
        self.form = AgeingForm(data, user=self.request.user)
        if not self.form.is_valid():
            raise InvalidInput(" ".join(str(e) for errors in self.form.errors.values() for e in errors))
        clean = self.form.cleaned_data
        customer = clean["customer"]
        return AgeingQuery(
            as_of=clean["as_of"],
            by=clean["by"],
            basis=clean["basis"] or Basis.DUE,
            steps=parse_steps(clean["buckets"]),
            currency=clean["currency"].pk if clean["currency"] else "",
            customer=customer.pk if customer else None,
            disputed=clean["disputed"],
            user=self.request.user,
        )

    def query_string(self, query: AgeingQuery, **more: Any) -> str:
        return urlencode(
            {
                "as_of": query.as_of.isoformat(),
                "by": query.by,
                "basis": query.basis,
                "currency": query.currency,
                "buckets": ",".join(map(str, query.steps)),
                **({"customer": query.customer} if query.customer else {}),
                **({"disputed": query.disputed} if query.disputed else {}),
                **more,
            }
        )


class AgeingPage(AgeingBase):
    """Who owes how much for how long; every cell opens its rows."""

    template_name, title = "receivables/ageing.html", _("Ageing")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("format") in ("csv", "xlsx") and can(request.user, "export", Receivable):
            return self.export(ageing_report(self.question()), request.GET["format"])
        return super().get(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        query = self.question()
        report = ageing_report(query, limit=MOST_ROWS)
        place = reverse("receivables:ageing_items")
        rows = [self.line(row, query, place) for row in report.rows]
        total = self.line(report.total, query, place)
        return {
            "query": query,
            "form": self.form,
            "labels": [shown_label(label) for label in report.labels],
            "rows": rows,
            "total": total,
            "more": max(report.count - MOST_ROWS, 0),
            "bars": self.bars(report),
            "export": self.query_string(query),
            "by_label": GroupBy(query.by).label,
            "narrowed": Disputed(query.disputed).label if query.disputed else "",
        }

    def line(self, row: Any, query: AgeingQuery, place: str) -> dict[str, Any]:
        def url(bucket: str) -> str:
            key = {"key": row.pk} if row.pk is not None and query.by != GroupBy.NONE else {}
            return f"{place}?{self.query_string(query, bucket=bucket, **key)}"

        label = row.label or (gettext("Nobody") if row.pk is not None else gettext("Total"))
        if query.by == GroupBy.NONE:
            label = gettext("All")
        return {
            "label": label,
            "key": row.key if query.by == GroupBy.CUSTOMER else "",
            "cells": [(amount, url(bucket), bucket != NOT_DUE) for bucket, amount in row],
            "outstanding": (row.outstanding, url("outstanding")),
            "unallocated": (row.unallocated, url("unallocated")),
        }

    def bars(self, report: AgeingReport) -> list[dict[str, Any]]:
        """Shares of the buckets in the total, for the bar above the table."""
        whole = report.total.outstanding
        if not whole:
            return []
        return [
            {
                "label": shown_label(label),
                "amount": amount,
                "share": amount / whole,
                "width": max(int(amount * 100 / whole), 1) if amount else 0,
                "tone": min(place, 4),
            }
            for place, (label, amount) in enumerate(report.total.cells.items())
        ]

    def export(self, report: AgeingReport, kind: str) -> HttpResponse:
        """The whole report as a file; recorded with who and what."""
        query = report.query
        heads = [
            gettext("Code"),
            gettext("Name"),
            *(shown_label(label) for label in report.labels),
            gettext("Outstanding"),
            gettext("Unallocated"),
            gettext("Currency"),
        ]
        lines = [
            [
                guard(row.key),
                guard(row.label),
                *row.amounts,
                row.outstanding,
                row.unallocated,
                query.shown_currency,
            ]
            for row in report.rows
        ]
        record(
            "receivables.ageing_exported",
            self.request.user,
            actor=self.request.user,
            at=self.at,
            data={"as_of": query.as_of, "by": query.by, "rows": len(lines), "format": kind},
        )
        filters = {"as_of": query.as_of.isoformat(), "by": query.by}
        if query.disputed:
            filters["disputed"] = query.disputed
        publish(ListExported(self.request.user, Receivable, filters, len(lines), kind, "", self.at))
        name = f"ageing-{query.as_of}-{query.by}.{kind}"
        answer = _csv(heads, lines) if kind == "csv" else _xlsx(heads, lines)
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def _csv(heads: list[str], lines: list[list[Any]]) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows(lines)
    return HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")


def _xlsx(heads: list[str], lines: list[list[Any]]) -> HttpResponse:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(heads)
    for line in lines:
        sheet.append(line)
    data = io.BytesIO()
    book.save(data)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(data.getvalue(), content_type=kind)


class AgeingItems(AgeingBase):
    """The rows behind one cell of the ageing report; their sum is the cell."""

    template_name, title = "receivables/ageing_items.html", _("Behind the figure")

    def get_crumbs(self) -> list[tuple[Any, str]]:
        back = self.request.GET.copy()
        for name in ("bucket", "key"):
            back.pop(name, None)
        return [(_("Ageing"), f"{reverse('receivables:ageing')}?{back.urlencode()}")]

    def get_context(self) -> dict[str, Any]:
        query = self.question()
        bucket = self.request.GET.get("bucket", "outstanding")
        raw = self.request.GET.get("key", "")
        if raw and not is_key(raw):
            raise InvalidInput(_("There is no such row in the report."))
        key = row_key(raw)
        if bucket == "unallocated":
            parts = [self.documents(query, model, key) for model in (Receipt, CreditNote)]
        else:
            parts = [ageing_items(query, key=key, bucket=bucket).select_related("customer", "owner")]
        rows, count, total = first_rows(parts)
        return {
            "query": query,
            "bucket": shown_label(bucket)
            if bucket in query.labels
            else {"outstanding": gettext("Outstanding"), "unallocated": gettext("Unallocated")}.get(
                bucket, bucket
            ),
            "of_money": bucket == "unallocated",
            "narrowed": Disputed(query.disputed).label if query.disputed else "",
            "rows": rows,
            "count": count,
            "more": count - len(rows),
            "total": total,
        }

    def documents(self, query: AgeingQuery, model: type, key: int | None) -> QuerySet:
        return ageing_documents(query, model, key=key).select_related("customer", "owner").order_by("pk")


def first_rows(parts: list[QuerySet]) -> tuple[list[Any], int, Decimal]:
    """The rows to be shown, and number and sum of all of them, however many there are."""
    rows = [row for part in parts for row in part[: MOST_ROWS + 1]]
    if len(rows) <= MOST_ROWS:
        return rows, len(rows), sum((row.shown for row in rows), Decimal("0.00"))
    sums = [part.order_by().aggregate(rows=Count("pk"), total=Sum("shown")) for part in parts]
    count, total = (
        sum(s["rows"] for s in sums),
        sum((s["total"] or Decimal("0.00") for s in sums), Decimal("0.00")),
    )
    return rows[:MOST_ROWS], count, total


class BookChecks(PageView):
    """The invariants of the books, recomputed now."""

    template_name, title = "receivables/checks.html", _("Checking the books")
    roles = ("finance", "auditor", "gm", "administrator")

    def get_context(self) -> dict[str, Any]:
        results = run_checks()
        return {"results": results, "ok": all(not r.violations for r in results), "at": self.at}


class MonthList(RecordListView):
    model, table_class = PeriodLock, PeriodLockTable
    title = _("Closed months")
    add_url_name = ""
    default_sort = "-month"
    empty_title = _("No month is closed yet")
    empty_text = _("Closing a month refuses every later posting dated in it.")
    template_name = "receivables/months.html"

    def base_queryset(self) -> QuerySet:
        return PeriodLock.objects.filter(module="receivables", closed=True).select_related("closed_by")

    def get_context(self) -> dict[str, Any]:
        return {"may_close": can(self.request.user, "close", PeriodLock)}


class MonthClose(RecordCreateView):
    asks_again = True
    model, form_class, verb = PeriodLock, CloseMonthForm, "close"
    title = _("Close a month of the ledger")
    explain = _(
        "From then on nothing can be posted with a date in this month, and the month cannot be opened again."
    )
    submit_label = _("Close the month")
    danger = True

    def get_initial(self) -> dict[str, Any]:
        from salesops.core.periods import Period

        return {"month": Period.month_of(timezone.localdate(self.at)).previous().code}

    def get_success_url(self, obj: Any) -> str:
        return reverse("receivables:periodlock_list")

    def perform(self, form: Any, *, actor: Any, at: Any) -> PeriodLock:
        return services.close_ledger_month(actor=actor, period=form.cleaned_data["month"], at=at)
