"""Letters, plans, legal stages and limits as lists."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.models import CollectionLetter, InstalmentPlan, LegalStage, Receivable
from receivables.selectors.limitation import PROOFS, limit_years, years_later
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


class LetterTable(RecordTable):
    number = LinkColumn()
    case = LinkColumn(to="case", orderable=False)
    level = ChoiceColumn()
    date = DateColumn()
    deadline = DateColumn()
    amount_base = MoneyColumn()
    way = ChoiceColumn(verbose_name=pgettext_lazy("collection", "way"))
    address = TextColumn(orderable=False)
    state = StateColumn()
    sent_by = PersonColumn(orderable=False)
    tracking = TextColumn()
    answered_date = DateColumn()

    class Meta:
        model = CollectionLetter
        fields = ()

    default_columns = (
        "number",
        "case",
        "level",
        "date",
        "deadline",
        "amount_base",
        "way",
        "state",
        "sent_by",
    )


class PlanTable(RecordTable):
    asked_date = LinkColumn()
    case = LinkColumn(to="case", orderable=False)
    total = MoneyColumn(currency="currency_id")
    paid = MoneyColumn(currency="currency_id")
    state = StateColumn()
    agreed_with = TextColumn()
    judged_date = DateColumn()

    class Meta:
        model = InstalmentPlan
        fields = ()


class LegalTable(RecordTable):
    handed_date = LinkColumn()
    case = LinkColumn(to="case", orderable=False)
    state = StateColumn()
    amount_base = MoneyColumn()
    counsel = TextColumn()
    court = TextColumn()
    reference = TextColumn()
    costs = MoneyColumn()
    next_date = DateColumn()
    end = ChoiceColumn()

    class Meta:
        model = LegalStage
        fields = ()


class LimitColumn(LeanColumn):
    """The day on which a claim becomes time-barred."""

    css = "date"

    def html(self, value: Any, record: Any) -> Any:
        return date_format(self.limit(value), "SHORT_DATE_FORMAT")

    def text(self, value: Any, record: Any) -> Any:
        return self.limit(value).isoformat()

    def limit(self, value: Any) -> Any:
        return years_later(value, limit_years(timezone.localdate()))


class ProofColumn(LeanColumn):
    """What the last proof is, and the number or words that name it."""

    def html(self, value: Any, record: Any) -> Any:
        return self.text(value, record)

    def text(self, value: Any, record: Any) -> Any:
        return f"{PROOFS[value]} {record.proof_ref or ''}".strip()


class LimitationTable(RecordTable):
    number = LinkColumn()
    customer = LinkColumn(to="customer", orderable=False)
    due_date = DateColumn()
    outstanding = MoneyColumn(currency="currency_id")
    outstanding_base = MoneyColumn(verbose_name=_("in base currency"), orderable=False)
    proof_date = DateColumn(verbose_name=_("last proof"), orderable=False)
    proof_kind = ProofColumn(verbose_name=_("proven by"), orderable=False)
    limit = LimitColumn(accessor="proof_date", verbose_name=_("time-barred on"), orderable=False)
    owner = PersonColumn(orderable=False)

    class Meta:
        model = Receivable
        fields = ()
