"""What the reports of the ledger share: the question of the url, the answer on page and in files, rows of a figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from receivables.choices import GroupBy
from receivables.models import Receivable, SettlementLine, Statement
from receivables.views.sheets import Sheet, as_csv, as_paper, as_xlsx
from salesops.audit.services import record
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.keys import is_key
from salesops.core.policies import can, policy_of
from salesops.ui.events import ListExported
from salesops.ui.models import SavedView
from salesops.ui.permissions import SHARERS
from salesops.ui.saved import pages, saved_views_of
from salesops.ui.views import PageView
from salesops.ui.views.saved import default_query

MOST_ROWS = 500
ZERO = Decimal("0.00")
NO_QUESTION = ("format", "figure", "key", "bucket", "view")
FORMATS = ("csv", "xlsx", "print", "pdf")


class ReportView(PageView):
    """A report that is also a file and a paper; all of it is what the reader may see."""

    form_class: Any = None
    exported = "receivables.report_exported"
    saved: list[SavedView]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can(request.user, "list", Receivable):
            raise NotAllowed(_("Your role may not do this here."))
        if self.list_name in pages:
            self.saved = saved_views_of(request)
            if not request.GET and (opened := default_query(self.saved, request.user)):
                return redirect(f"{request.path}{opened}")
        kind = request.GET.get("format", "")
        if kind in FORMATS and can(request.user, "export", Receivable):
            return self.export(kind)
        try:
            return super().get(request, *args, **kwargs)
        except InvalidInput as error:
            return self.ask_again(request, error)

    def ask_again(self, request: HttpRequest, error: InvalidInput) -> HttpResponse:
        """A question that cannot be answered comes back as it was typed, with what is wrong beside it."""
        form = getattr(self, "form", None)
        if form is None or isinstance(self, RowsView):
            raise error
        context = {
            "title": self.get_title(),
            "crumbs": self.get_crumbs(),
            "view": self,
            "form": form,
            "error": error,
        }
        return render(request, "receivables/report_again.html", context, status=error.status)

    @property
    def list_name(self) -> str:
        match = self.request.resolver_match
        return match.view_name if match is not None else ""

    def saving(self) -> dict[str, Any]:
        """What the menu of saved views needs; a view keeps what differs from the defaults, so it moves with the day."""
        defaults = {name: str(value) for name, value in self.defaults().items()}
        query = QueryDict(mutable=True)
        for name, value in _given(self.request).items():
            if name not in NO_QUESTION and defaults.get(name) != value:
                query[name] = value
        view = self.request.GET.get("view", "")
        return {
            "list_name": self.list_name,
            "saved_query": query.urlencode(),
            "saved_views": self.saved,
            "current_view": int(view) if is_key(view) else None,
            "may_share": self.request.user.has_role(*SHARERS),
        }

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    def defaults(self) -> dict[str, Any]:
        return {}

    def read(self) -> dict[str, Any]:
        """The answers of the form, the defaults for what is missing. Raises ``InvalidInput``."""
        self.form = self.form_class({**self.defaults(), **_given(self.request)}, user=self.request.user)
        if not self.form.is_valid():
            raise InvalidInput(" ".join(str(e) for errors in self.form.errors.values() for e in errors))
        return self.form.cleaned_data

    def query_string(self, **more: Any) -> str:
        """The question as an address, so that the answer is the same for whoever opens it."""
        query = self.request.GET.copy()
        for name in NO_QUESTION:
            query.pop(name, None)
        for name, value in {**self.defaults(), **more}.items():
            if name in more or not query.get(name):
                query[name] = "" if value is None else str(value)
        return query.urlencode()

    def sheet(self) -> Sheet:
        raise NotImplementedError

    def export(self, kind: str) -> HttpResponse:
        """The whole report as file or paper; recorded with who and what."""
        sheet = self.sheet()
        facts = dict(sheet.facts)
        record(
            self.exported,
            self.request.user,
            actor=self.request.user,
            at=self.at,
            data={"report": sheet.title, "as_of": sheet.day, "rows": len(sheet.lines), "format": kind},
        )
        publish(ListExported(self.request.user, Receivable, facts, len(sheet.lines), kind, "", self.at))
        if kind == "csv":
            answer = as_csv(sheet)
        elif kind == "xlsx":
            answer = as_xlsx(sheet, self.at)
        else:
            return as_paper(sheet, user=self.request.user, as_pdf=kind == "pdf", address=self.request.GET)
        answer["Content-Disposition"] = f'attachment; filename="{sheet.key}-{sheet.day}.{kind}"'
        return answer


def account_urls(user: Any, by: str, keys: Iterable[Any]) -> dict[Any, str]:
    """The accounts of customers by their keys, for the names at the heads of rows: those that the reader may open."""
    if by != GroupBy.CUSTOMER:
        return {}
    found = [key for key in keys if isinstance(key, int)]
    if policy_of(Customer).scope(user) != Q():
        found = list(Customer.objects.visible_to(user).filter(pk__in=found).values_list("pk", flat=True))
    return {key: reverse("receivables:account", args=[key]) for key in found}


def _given(request: HttpRequest) -> dict[str, str]:
    """The question of the address, or what a form sends instead."""
    return {k: v for k, v in (*request.GET.items(), *request.POST.items()) if v}


# --- the rows behind a figure -------------------------------------------------------------------------


@dataclass(frozen=True)
class Behind:
    """The rows behind one figure: ``parts`` have ``shown`` each, ``back`` is the report."""

    title: str
    parts: list[QuerySet]
    back: tuple[Any, str]
    currency: str
    note: str = ""


def first_rows(parts: list[QuerySet]) -> tuple[list[Any], int, Decimal]:
    """The rows to be shown, and number and sum of all of them, however many there are."""
    rows = [row for part in parts for row in part[: MOST_ROWS + 1]]
    if len(rows) <= MOST_ROWS:
        return rows, len(rows), sum((row.shown for row in rows), ZERO)
    sums = [part.order_by().aggregate(rows=Count("pk"), total=Sum("shown")) for part in parts]
    count = sum(s["rows"] for s in sums)
    return rows[:MOST_ROWS], count, sum((s["total"] or ZERO for s in sums), ZERO)


def joined(rows: QuerySet) -> QuerySet:
    """With what a line of the page needs."""
    if rows.model is SettlementLine:
        return rows.select_related(
            "customer", "receivable", "receivable__owner", "refund__owner", "receipt", "credit_note"
        )
    return rows.select_related("customer", "owner")


@dataclass(frozen=True)
class RowLine:
    """One row of the page behind a figure."""

    row: Any
    document: Any
    about: Any
    day: date
    due: date | None
    owner: Any
    amount: Decimal


def row_line(row: Any) -> RowLine:
    if isinstance(row, SettlementLine):
        item = row.receivable or row.refund
        due = getattr(item, "due_date", None)
        return RowLine(row, row.document, item, row.date, due, item.owner, row.amount)
    if isinstance(row, Statement):
        return RowLine(row, row, None, row.until, None, row.owner, row.closing)
    day = row.issue_date if isinstance(row, Receivable) else row.date
    amount = next(
        (v for n in ("open_as_of", "left_as_of") if (v := getattr(row, n, None)) is not None), row.amount
    )
    return RowLine(row, row, None, day, getattr(row, "due_date", None), row.owner, amount)


MOST_IN_FILE = 100_000


def behind_sheet(title: str, currency: str, parts: list[QuerySet], *, day: date) -> Sheet:
    """All rows behind a figure as a table for a file, their sum below. Raises ``InvalidInput`` beyond the most."""
    rows = [row for part in parts for row in joined(part)[: MOST_IN_FILE + 1]]
    if len(rows) > MOST_IN_FILE:
        raise InvalidInput(
            _("These are more rows than a file holds: %(most)s.") % {"most": MOST_IN_FILE},
            way_out=_("Open the figure of one customer, owner or team."),
        )
    lines = [
        (
            str(line.document),
            str(line.about or ""),
            row.customer.code,
            str(row.customer),
            line.day.isoformat(),
            line.due.isoformat() if line.due else "",
            str(line.owner or ""),
            row.currency_id,
            line.amount,
            row.shown,
        )
        for row in rows
        for line in (row_line(row),)
    ]
    heads = [
        gettext("Document"), gettext("Receivable"), gettext("Code"), gettext("Customer"), gettext("Date"),
        gettext("Due on"), gettext("Owner"), gettext("Currency"), gettext("Amount"), currency,
    ]  # fmt: skip
    total = (*[""] * 9, sum((row.shown for row in rows), ZERO))
    return Sheet("rows", title, day, [(title, currency)], heads, lines, total, text=8)


class RowsView(ReportView):
    """The rows behind one figure of a report; their sum is the figure."""

    template_name, title = "receivables/figure_rows.html", _("Behind the figure")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can(request.user, "list", Receivable):
            raise NotAllowed(_("Your role may not do this here."))
        self.behind = self.find()
        return super().get(request, *args, **kwargs)

    def find(self) -> Behind:
        raise NotImplementedError

    def sheet(self) -> Sheet:
        behind = self.behind
        return behind_sheet(str(behind.title), behind.currency, behind.parts, day=self.today)

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [self.behind.back]

    def get_context(self) -> dict[str, Any]:
        rows, count, total = first_rows([joined(part) for part in self.behind.parts])
        return {
            "behind": self.behind,
            "export": self.request.GET.urlencode(),
            "rows": [row_line(row) for row in rows],
            "count": count,
            "more": count - len(rows),
            "total": total,
        }
