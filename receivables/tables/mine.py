"""My receivables: what is to be done next about each item, the most urgent first."""

from __future__ import annotations

from typing import Any

from django.db.models import Min, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from receivables.choices import PromiseState
from receivables.models import Promise, Receivable
from receivables.tables.ledger import ReceivableTable
from salesops.ui.marks import escaped
from salesops.ui.tables import LeanColumn


def with_next_steps(rows: QuerySet) -> QuerySet:
    """With the day for which payment of the item, or of anything, was promised."""
    words = Promise.objects.filter(state=PromiseState.OPEN, customer=OuterRef("customer")).order_by()
    own = (
        words.filter(receivable=OuterRef("pk"))
        .values("receivable")
        .annotate(day=Min("due_date"))
        .values("day")
    )
    return rows.annotate(promised_for=Subquery(own))


def next_step(item: Receivable) -> str:
    """What to do about an open item, by what is known of it today."""
    if not item.outstanding:
        return ""
    today, promised = timezone.localdate(), getattr(item, "promised_for", None)
    if item.disputed:
        return gettext("Settle the dispute")
    if promised and promised >= today:
        return gettext("Paid by %(day)s as promised?") % {"day": date_format(promised, "SHORT_DATE_FORMAT")}
    days = item.days_overdue(today)
    if promised:
        return gettext("The promise was broken: call today")
    if days > 60:
        return gettext("Write a letter, with your lead")
    if days > 14:
        return gettext("Visit, and agree on a date")
    if days > 0:
        return gettext("Call, and ask for the reason")
    return gettext("Send the settlement notice") if days > -8 else gettext("Nothing yet")


class NextStepColumn(LeanColumn):
    css = ""

    def html(self, value: Any, record: Any) -> Any:
        return escaped(next_step(record))

    def text(self, value: Any, record: Any) -> str:
        return next_step(record)


class MyReceivableTable(ReceivableTable):
    next_step = NextStepColumn(accessor="pk", verbose_name=_("next step"), orderable=False)

    class Meta(ReceivableTable.Meta):
        pass

    default_columns = ("number", "customer", "state", "next_step", "due_date", "days", "outstanding")
