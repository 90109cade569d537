"""Pages of finance's day and month: what waits today, what is left of a month, the rules of the books, closing."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables import services
from receivables.checks import run_checks
from receivables.choices import GroupBy
from receivables.day import groups_of
from receivables.forms import CloseMonthForm
from receivables.models import PeriodLock, Receivable
from receivables.selectors import AgeingQuery, ageing_report
from receivables.services.periods import steps_of
from receivables.tables import PeriodLockTable
from receivables.views.ageing import shown_label
from salesops.core.errors import InvalidInput
from salesops.core.periods import Period
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.ui.views import PageView, RecordCreateView, RecordListView

NUMBER = re.compile(r"^[A-Z]{2,3}-[0-9][0-9-]*")


class FinanceDay(PageView):
    """One page for the morning of finance: everything that waits, and what is overdue by age; all of it opens its rows."""

    template_name, title = "receivables/day.html", _("Finance today")
    roles = ("finance", "gm", "auditor")

    def get_context(self) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate(self.at)
        return {
            "today": today,
            "base": settings.BASE_CURRENCY,
            "groups": groups_of(user, today),
            "ageing": self.ageing(today) if can(user, "list", Receivable) else None,
        }

    def ageing(self, today: Any) -> dict[str, Any]:
        """Outstanding money in its buckets, each with the address of its rows."""
        steps = tuple(rule("receivables.ageing_buckets", on=today))
        query = AgeingQuery(as_of=today, by=GroupBy.NONE, steps=steps, user=self.request.user, stored=True)
        total = ageing_report(query, limit=0).total
        place = reverse("receivables:ageing_items")

        def url(bucket: str) -> str:
            asked = {"as_of": today, "by": GroupBy.NONE.value, "bucket": bucket}
            return f"{place}?{urlencode(asked)}"

        whole = total.outstanding
        bars = [
            {
                "label": shown_label(label),
                "amount": amount,
                "tone": min(n, 4),
                "width": max(int(amount * 100 / whole), 1) if whole else 0,
                "url": url(label) if amount else "",
            }
            for n, (label, amount) in enumerate(total)
        ]
        return {
            "bars": bars,
            "outstanding": whole,
            "overdue": total.overdue,
            "url": url("outstanding"),
            "overdue_url": url("overdue"),
        }


class BookChecks(PageView):
    """The invariants of the books, recomputed now."""

    template_name, title = "receivables/checks.html", _("Checking the books")
    roles = ("finance", "auditor", "gm", "administrator")

    def get_context(self) -> dict[str, Any]:
        results = run_checks()
        rows = [(result, [(text, found_at(text)) for text in result.sample]) for result in results]
        return {"results": rows, "ok": all(not r.violations for r in results), "at": self.at}


def found_at(row: str) -> str:
    """Where the record of a broken row is found by its number; empty where the row names none."""
    number = NUMBER.match(row)
    return f"{reverse('search:search')}?{urlencode({'q': number.group().rstrip('-')})}" if number else ""


class MonthList(RecordListView):
    """The closed months, and above them the work of the month that is next, step by step."""

    model, table_class = PeriodLock, PeriodLockTable
    title = pgettext_lazy("of the ledger", "Months")
    add_url_name = ""
    default_sort = "-month"
    empty_title = _("No month is closed yet")
    empty_text = _("Closing a month refuses every later posting dated in it.")
    template_name = "receivables/months.html"

    def base_queryset(self) -> QuerySet:
        return PeriodLock.objects.filter(module="receivables", closed=True).select_related("closed_by")

    def period(self) -> Period:
        """The month asked for, else the last one that is over."""
        last = Period.month_of(timezone.localdate(self.at)).previous()
        try:
            asked = Period.parse(self.request.GET.get("month", "") or last.code)
        except InvalidInput:
            return last
        return asked if asked.kind == "month" else last

    def get_context(self) -> dict[str, Any]:
        period = self.period()
        closed = PeriodLock.objects.filter(module="receivables", month=period.start, closed=True).exists()
        steps = [] if closed else steps_of(period)
        return {
            "may_close": can(self.request.user, "close", PeriodLock),
            "period": period,
            "steps": steps,
            "left": sum(1 for step in steps if step.left),
            "stops": sum(1 for step in steps if step.left and step.question.stops),
            "closed": closed,
            "over": period.end < timezone.localdate(self.at),
            "before": period.previous().code,
            "after": period.next().code,
        }


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
        asked = self.request.GET.get("month", "")
        return {"month": asked or Period.month_of(timezone.localdate(self.at)).previous().code}

    def get_success_url(self, obj: Any) -> str:
        return reverse("receivables:periodlock_list")

    def perform(self, form: Any, *, actor: Any, at: Any) -> PeriodLock:
        return services.close_ledger_month(
            actor=actor, period=form.cleaned_data["month"], despite=form.cleaned_data["despite"], at=at
        )
