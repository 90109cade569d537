"""Credit holds and assessments as lists."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from receivables.choices import HoldState
from receivables.models import CreditAssessment, CreditHold
from receivables.tables.ledger import _first_word
from salesops.ui.marks import pill
from salesops.ui.registries import tones
from salesops.ui.tables import (
    ChoiceColumn,
    DateColumn,
    LeanColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


def hold_pill(hold: CreditHold) -> SafeString:
    state = hold.state_on(timezone.localdate())
    return pill(state.label, tones.of(CreditHold, state))


class HoldStateColumn(LeanColumn):
    """The computed state of a hold as a pill."""

    css = "state"

    def html(self, value: Any, record: Any) -> Any:
        return hold_pill(record)

    def text(self, value: Any, record: Any) -> str:
        return str(record.state_on(timezone.localdate()).label)

    def expression(self, path: str, queryset: QuerySet) -> Any:
        """``CreditHold.state_on`` as a word."""
        over = Q(until__lt=timezone.localdate())
        return _first_word(
            (Q(lifted_at__isnull=False), HoldState.LIFTED), (over, HoldState.OVER), (Q(), HoldState.STANDS)
        )


class HoldTable(RecordTable):
    from_date = LinkColumn()
    customer = LinkColumn(to="customer", orderable=False)
    state = HoldStateColumn(accessor="pk", verbose_name=_("state"), orderable=False)
    scope = ChoiceColumn(orderable=False)
    reason = TextColumn(orderable=False)
    until = DateColumn()
    created_by = PersonColumn(verbose_name=_("placed by"), orderable=False)
    lifted_at = DateColumn()
    lifted_by = PersonColumn(orderable=False)
    lift_reason = TextColumn(orderable=False)

    class Meta:
        model = CreditHold
        fields = ()

    default_columns = (
        "from_date",
        "customer",
        "state",
        "scope",
        "reason",
        "until",
        "created_by",
        "lifted_by",
    )


class AssessmentTable(RecordTable):
    date = LinkColumn()
    customer = LinkColumn(to="customer", orderable=False)
    kind = ChoiceColumn(orderable=False)
    state = StateColumn(orderable=False)
    total = NumberColumn(orderable=False)
    rating = TextColumn(orderable=False)
    requested_limit = MoneyColumn(currency="customer__currency_id", orderable=False)
    limit_proposed = MoneyColumn(currency="customer__currency_id", orderable=False)
    limit = MoneyColumn(currency="customer__currency_id", orderable=False)
    assessor = PersonColumn(orderable=False)
    valid_until = DateColumn()

    class Meta:
        model = CreditAssessment
        fields = ()

    default_columns = (
        "date",
        "customer",
        "kind",
        "state",
        "total",
        "rating",
        "limit",
        "assessor",
        "valid_until",
    )
