"""The ageing report and the rows behind each of its cells."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from receivables.choices import Basis, Disputed, GroupBy
from receivables.forms import AgeingForm
from receivables.models import CreditNote, Receipt
from receivables.selectors import AgeingQuery, AgeingReport, ageing_documents, ageing_items, ageing_report
from receivables.selectors.ageing import NOT_DUE, parse_steps
from receivables.selectors.cuts import read_key, row_label
from receivables.views.reports import MOST_ROWS, ReportView, account_urls, behind_sheet, first_rows
from receivables.views.sheets import Sheet, question_words
from salesops.handbook.selectors import rule

LIMITED = (GroupBy.CUSTOMER, GroupBy.GROUP)


def shown_label(label: str) -> str:
    """A bucket's heading in the reader's language."""
    return gettext("Not due") if label == NOT_DUE else label


class AgeingBase(ReportView):
    """Reads the question from the url; what is missing comes from the handbook."""

    form_class = AgeingForm
    exported = "receivables.ageing_exported"

    def defaults(self) -> dict[str, Any]:
        return {
            "as_of": self.today,
            "by": GroupBy.CUSTOMER.value,
            "basis": rule("receivables.ageing_basis", on=self.today),
            "buckets": ",".join(map(str, rule("receivables.ageing_buckets", on=self.today))),
        }

    def question(self) -> AgeingQuery:
        """Raises ``InvalidInput`` for what is no question."""
        clean = self.read()
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


class AgeingPage(AgeingBase):
    """Who owes how much for how long; every cell opens its rows."""

    template_name, title = "receivables/ageing.html", _("Ageing")

    def get_context(self) -> dict[str, Any]:
        query = self.question()
        report = ageing_report(query, limit=MOST_ROWS)
        place = reverse("receivables:ageing_items")
        limits = credit_limits(query, report.rows)
        accounts = account_urls(self.request.user, query.by, (row.pk for row in report.rows))
        rows = [self.line(row, query, place, limits, accounts) for row in report.rows]
        total = self.line(report.total, query, place)
        return {
            "query": query,
            "form": self.form,
            "labels": [shown_label(label) for label in report.labels],
            "rows": rows,
            "total": total,
            "more": max(report.count - MOST_ROWS, 0),
            "bars": self.bars(report),
            "export": self.query_string(),
            "limited": query.by in LIMITED,
            "by_label": GroupBy(query.by).label,
            "narrowed": Disputed(query.disputed).label if query.disputed else "",
            **self.saving(),
        }

    def line(
        self, row: Any, query: AgeingQuery, place: str, limits: Any = None, accounts: Any = None
    ) -> dict[str, Any]:
        def url(bucket: str) -> str:
            key = {"key": row.pk} if row.pk is not None and query.by != GroupBy.NONE else {}
            return f"{place}?{self.query_string(bucket=bucket, **key)}"

        return {
            "label": row_label(query.by, row.label, whole=row.pk is None),
            "key": row.key if query.by in LIMITED else "",
            "url": (accounts or {}).get(row.pk, ""),
            "limit": (limits or {}).get(row.pk),
            "cells": [(amount, url(bucket), bucket != NOT_DUE) for bucket, amount in row],
            "outstanding": (row.outstanding, url("outstanding")),
            "retention": (row.retention, url("retention")),
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

    def sheet(self) -> Sheet:
        query = self.question()
        report = ageing_report(query)
        limits = credit_limits(query, report.rows)
        limited = query.by in LIMITED
        heads = [
            gettext("Code"),
            gettext("Name"),
            *(shown_label(label) for label in report.labels),
            gettext("Outstanding"),
            gettext("of which retention"),
            gettext("Unallocated"),
            *([gettext("Credit limit")] if limited else []),
        ]

        def line(row: Any, label: str) -> list[Any]:
            limit = [limits.get(row.pk)] if limited else []
            return [row.key, label, *row.amounts, row.outstanding, row.retention, row.unallocated, *limit]

        return Sheet(
            key=f"ageing-{query.by}",
            title=str(self.title),
            day=query.as_of,
            facts=[*question_words(self.form), (gettext("Shown in"), query.shown_currency)],
            heads=heads,
            lines=[line(row, row_label(query.by, row.label)) for row in report.rows],
            total=line(report.total, gettext("Total")),
            text=2,
            notes=[
                gettext(
                    "The due day itself is not overdue. Unallocated money stands beside and is not netted."
                )
            ],
        )


def credit_limits(query: AgeingQuery, rows: list[Any]) -> dict[Any, Decimal]:
    """The credit limits of the customers in the rows, as they are set now, in base currency."""
    if query.by not in LIMITED or not rows:
        return {}
    known = Customer.objects.filter(credit_limit__isnull=False)
    if len(rows) <= MOST_ROWS:
        known = known.filter(pk__in=[row.pk for row in rows])
    return dict(known.values_list("pk", "credit_limit"))


class AgeingItems(AgeingBase):
    """The rows behind one cell of the ageing report; their sum is the cell."""

    template_name, title = "receivables/ageing_items.html", _("Behind the figure")

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Ageing"), f"{reverse('receivables:ageing')}?{self.query_string()}")]

    def behind(self) -> tuple[AgeingQuery, str, list[QuerySet]]:
        """The question, the column and the rows of the cell."""
        query = self.question()
        bucket = self.request.GET.get("bucket", "outstanding")
        key = read_key(query.by, self.request.GET.get("key"))
        if bucket == "unallocated":
            return query, bucket, [self.documents(query, model, key) for model in (Receipt, CreditNote)]
        return (
            query,
            bucket,
            [ageing_items(query, key=key, bucket=bucket).select_related("customer", "owner")],
        )

    def label(self, query: AgeingQuery, bucket: str) -> str:
        if bucket in query.labels:
            return str(shown_label(bucket))
        words = {
            "outstanding": gettext("Outstanding"),
            "retention": gettext("of which retention"),
            "unallocated": gettext("Unallocated"),
        }
        return words.get(bucket, bucket)

    def sheet(self) -> Sheet:
        query, bucket, parts = self.behind()
        return behind_sheet(self.label(query, bucket), query.shown_currency, parts, day=query.as_of)

    def get_context(self) -> dict[str, Any]:
        query, bucket, parts = self.behind()
        rows, count, total = first_rows(parts)
        return {
            "query": query,
            "export": self.request.GET.urlencode(),
            "bucket": self.label(query, bucket),
            "of_money": bucket == "unallocated",
            "narrowed": Disputed(query.disputed).label if query.disputed else "",
            "rows": rows,
            "count": count,
            "more": count - len(rows),
            "total": total,
        }

    def documents(self, query: AgeingQuery, model: type, key: Any) -> QuerySet:
        return ageing_documents(query, model, key=key).select_related("customer", "owner").order_by("pk")
