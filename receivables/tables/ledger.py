"""Ledger documents as lists."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Case,
    DateField,
    F,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Extract
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from receivables.choices import ItemState, MoneyState
from receivables.models import CreditNote, PeriodLock, Receipt, ReceiptEntry, Receivable
from receivables.permissions import sees_accounts
from salesops.ui.marks import EMPTY, pill
from salesops.ui.registries import tones
from salesops.ui.tables import (
    ChoiceColumn,
    DateColumn,
    LeanColumn,
    LinkColumn,
    MoneyColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


def item_pill(item: Receivable) -> SafeString:
    """The computed state of an item, and whether it is disputed."""
    state = ItemState(item.state_on(timezone.localdate()))
    shown = pill(state.label, tones.of(Receivable, state))
    return SafeString(f"{shown} {pill(_('Disputed'), 'attention')}") if item.disputed else shown


def money_pill(document: Any) -> SafeString:
    return pill(document.state_label, tones.of(type(document), document.state))


def _first_word(*states: tuple[Q, Any]) -> Case:
    """The word of the first state whose condition holds; the last one needs none."""
    *tested, (_rest, last) = states
    whens = [When(condition, then=Value(str(state.label))) for condition, state in tested]
    return Case(*whens, default=Value(str(last.label)), output_field=TextField())


class ItemStateColumn(LeanColumn):
    """The computed state of a receivable as a pill."""

    css = "state"

    def html(self, value: Any, record: Any) -> Any:
        return item_pill(record)

    def text(self, value: Any, record: Any) -> str:
        return str(ItemState(record.state_on(timezone.localdate())).label)

    def expression(self, path: str, queryset: QuerySet) -> Any:
        """``Receivable.state_on`` as a word."""
        late = Q(due_date__lt=timezone.localdate())
        return _first_word(
            (Q(outstanding=0), ItemState.SETTLED), (late, ItemState.OVERDUE), (~Q(settled=0), ItemState.PARTIAL),
            (Q(), ItemState.OPEN),
        )  # fmt: skip


class MoneyStateColumn(LeanColumn):
    """The computed state of a receipt or credit note as a pill."""

    css = "state"

    def html(self, value: Any, record: Any) -> Any:
        return money_pill(record)

    def text(self, value: Any, record: Any) -> str:
        return str(record.state_label)

    def expression(self, path: str, queryset: QuerySet) -> Any:
        """``MoneyDocument.state`` as a word."""
        return _first_word(
            (Q(reversal_of__isnull=False), MoneyState.REVERSAL), (Q(reversed_date__isnull=False), MoneyState.REVERSED),
            (Q(unallocated=0), MoneyState.ALLOCATED), (~Q(used=0), MoneyState.PARTIAL),
            (Q(), MoneyState.UNALLOCATED),
        )  # fmt: skip


class DaysColumn(LeanColumn):
    """Days overdue of an open item; nothing while it is not."""

    css = "num"

    def html(self, value: Any, record: Any) -> Any:
        days = record.days_overdue(timezone.localdate())
        if days <= 0 or record.outstanding == 0:
            return EMPTY
        return SafeString(f'<span class="bad">{days}</span>')

    def text(self, value: Any, record: Any) -> int:
        return max(record.days_overdue(timezone.localdate()), 0) if record.outstanding else 0

    def expression(self, path: str, queryset: QuerySet) -> Any:
        days = Cast(Value(timezone.localdate()), DateField()) - F("due_date")
        late = Q(due_date__lt=timezone.localdate()) & ~Q(outstanding=0)
        found = Cast(Extract(days, "day"), IntegerField())
        return Case(When(late, then=found), default=0, output_field=IntegerField())


class ReceivableTable(RecordTable):
    number = LinkColumn()
    customer = LinkColumn(to="customer", orderable=False)
    state = ItemStateColumn(accessor="pk", verbose_name=_("state"), orderable=False)
    issue_date = DateColumn()
    due_date = DateColumn()
    days = DaysColumn(accessor="pk", verbose_name=_("days overdue"), orderable=False)
    amount = MoneyColumn(currency="currency_id")
    outstanding = MoneyColumn(currency="currency_id")
    outstanding_base = MoneyColumn(verbose_name=_("in base currency"), orderable=False)
    owner = PersonColumn(orderable=False)
    team = TextColumn(orderable=False)
    order = LinkColumn(to="order", orderable=False)
    contract = LinkColumn(to="contract", orderable=False)
    retention_until = DateColumn(orderable=False)

    class Meta:
        model = Receivable
        fields = ()

    default_columns = (
        "number",
        "customer",
        "state",
        "issue_date",
        "due_date",
        "days",
        "amount",
        "outstanding",
        "owner",
    )


class MoneyTable(RecordTable):
    """What receipts and credit notes have in common."""

    number = LinkColumn()
    customer = LinkColumn(to="customer", orderable=False)
    state = MoneyStateColumn(accessor="pk", verbose_name=_("state"), orderable=False)
    amount = MoneyColumn(currency="currency_id")
    unallocated = MoneyColumn(currency="currency_id")
    owner = PersonColumn(orderable=False)
    team = TextColumn(orderable=False)


class ReceiptTable(MoneyTable):
    received_date = DateColumn()
    method = ChoiceColumn(orderable=False)
    bank_account = TextColumn(orderable=False)
    bank_reference = TextColumn(orderable=False)

    class Meta:
        model = Receipt
        fields = ()
        sequence = ("number", "customer", "state", "received_date", "...")

    def hide_for(self, user: Any) -> tuple[str, ...]:
        """A column that is masked throughout says nothing."""
        return () if sees_accounts(user) else ("bank_account",)

    default_columns = (
        "number",
        "customer",
        "state",
        "received_date",
        "amount",
        "unallocated",
        "bank_reference",
        "owner",
    )


ReceiptTable.base_columns["method"]._bound_name = "method"


class CreditNoteTable(MoneyTable):
    date = DateColumn()
    receivable = LinkColumn(to="receivable", orderable=False)
    reason = TextColumn(orderable=False)

    class Meta:
        model = CreditNote
        fields = ()
        sequence = ("number", "customer", "state", "date", "...")

    default_columns = ("number", "customer", "state", "date", "amount", "unallocated", "receivable", "reason")


class PeriodLockTable(RecordTable):
    month = DateColumn()
    closed_at = DateColumn()
    closed_by = PersonColumn(orderable=False)

    class Meta:
        model = PeriodLock
        fields = ()


class EntryLink(LinkColumn):
    """The day as a link to the entry."""

    def text(self, value: Any, record: Any) -> str:
        return date_format(value, "SHORT_DATE_FORMAT")

    def export_value(self, path: str, model: Any) -> Any:
        return lambda value: value


class EntryTable(RecordTable):
    received_date = EntryLink()
    amount = MoneyColumn(currency="currency_id")
    base_amount = MoneyColumn(verbose_name=_("In base currency"))
    state = StateColumn()
    created_by = PersonColumn(verbose_name=_("Entered by"))
    receipt = LinkColumn(to="receipt")
    bank_reference = TextColumn()

    class Meta:
        model = ReceiptEntry
        fields = (
            "received_date",
            "customer",
            "amount",
            "base_amount",
            "state",
            "created_by",
            "receipt",
            "bank_reference",
        )
