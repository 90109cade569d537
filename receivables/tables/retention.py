"""Retentions as a list: what is held, what the customer kept, and the days to the release."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, pgettext, pgettext_lazy

from receivables.models import CreditNote, Receivable
from salesops.ui.marks import EMPTY, pill
from salesops.ui.tables import DateColumn, LeanColumn, LinkColumn, MoneyColumn, PersonColumn, RecordTable


def with_kept(rows: QuerySet) -> QuerySet:
    """``kept``: what was credited of each item, which is what the customer keeps of the retention."""
    notes = CreditNote.objects.filter(receivable=OuterRef("pk")).order_by().values("receivable")
    kept = Subquery(notes.annotate(sum=Sum("amount")).values("sum"))
    return rows.annotate(kept=kept, released=F("release__date"))


def retention_state(item: Receivable) -> tuple[str, str]:
    """Word and tone: held, ended and not released yet, released, or nothing left of it."""
    if getattr(item, "released", None):
        return gettext("Released"), "info"
    if not item.outstanding:
        return gettext("Settled"), "good"
    over = item.retention_until is not None and item.retention_until <= timezone.localdate()
    return (pgettext("of retention", "Ended"), "bad") if over else (gettext("Held"), "attention")


class RetentionStateColumn(LeanColumn):
    css = "state"

    def html(self, value: Any, record: Any) -> Any:
        word, tone = retention_state(record)
        return pill(word, tone)

    def text(self, value: Any, record: Any) -> str:
        return retention_state(record)[0]


class DaysLeftColumn(LeanColumn):
    """Days until it is released; nothing once it is."""

    css = "num"

    def html(self, value: Any, record: Any) -> Any:
        days = self.text(value, record)
        return EMPTY if days == "" else SafeString(str(days))

    def text(self, value: Any, record: Any) -> Any:
        if getattr(record, "released", None) or not record.outstanding:
            return ""
        return max((record.retention_until - timezone.localdate()).days, 0)


class RetentionTable(RecordTable):
    number = LinkColumn()
    customer = LinkColumn(to="customer", orderable=False)
    contract = LinkColumn(to="contract", orderable=False)
    retention_of = LinkColumn(to="retention_of", orderable=False)
    state = RetentionStateColumn(accessor="pk", verbose_name=gettext_lazy("state"), orderable=False)
    amount = MoneyColumn(currency="currency_id")
    kept = MoneyColumn(
        currency="currency_id",
        verbose_name=pgettext_lazy("of retention", "deducted"),
        orderable=False,
    )
    outstanding = MoneyColumn(currency="currency_id")
    retention_until = DateColumn()
    days = DaysLeftColumn(accessor="pk", verbose_name=gettext_lazy("days left"), orderable=False)
    released = DateColumn(
        accessor="released", verbose_name=pgettext_lazy("of a retention", "released on"), orderable=False
    )
    due_date = DateColumn()
    owner = PersonColumn(orderable=False)

    class Meta:
        model = Receivable
        fields = ()

    default_columns = (
        "number", "customer", "contract", "state", "amount", "kept", "outstanding", "retention_until", "days", "owner",
    )  # fmt: skip
