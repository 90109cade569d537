"""Credit holds and assessments as lists."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from receivables.choices import HoldState, ProvisionState
from receivables.models import CreditAssessment, CreditHold, ProvisionLine, ProvisionRun, RiskWarning
from receivables.risks import risk_reasons
from receivables.tables.ledger import _first_word
from salesops.approvals.formats import base_money
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.tables import TypeColumn
from salesops.handbook.selectors import rule
from salesops.ui.marks import EMPTY, exact_date, in_a_row, pill
from salesops.ui.registries import tones
from salesops.ui.tables import (
    ChoiceColumn,
    DateColumn,
    LeanColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    PercentColumn,
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
    reason = TextColumn(accessor="words", verbose_name=_("reason"), orderable=False)
    until = DateColumn()
    created_by = PersonColumn(verbose_name=_("placed by"), orderable=False)
    lifted_at = DateColumn()
    lifted_by = PersonColumn(orderable=False)
    lift_reason = TextColumn(accessor="lift_words", verbose_name=_("why it was lifted"), orderable=False)

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


class ExposureSigned(LeanColumn):
    """The exposure that was signed, in base currency."""

    css = "num"

    def html(self, value: Any, record: Any) -> Any:
        return base_money(record.facts.get("exposure"))

    def text(self, value: Any, record: Any) -> str:
        return str(record.facts.get("exposure") or "")

    def expression(self, path: str, queryset: QuerySet) -> Any:
        return Coalesce(KeyTextTransform("exposure", "facts"), Value(""))


class ReleaseEnds(LeanColumn):
    """The last day on which a release holds; a lifted hold stays lifted."""

    css = "date"

    def html(self, value: Any, record: Any) -> Any:
        day = self._day(record)
        return exact_date(day) if day else EMPTY

    def text(self, value: Any, record: Any) -> Any:
        return self._day(record) or ""

    def _day(self, record: Any) -> date | None:
        if record.document_type != "receivables.credit" or record.decided_at is None:
            return None
        days = rule("receivables.credit_release_days", on=timezone.localdate())
        return timezone.localdate(record.decided_at) + timedelta(days=days - 1)


class OverrideTable(RecordTable):
    title = LinkColumn()
    document_type = TypeColumn(orderable=False)
    applicant = PersonColumn(orderable=False)
    reason = TextColumn(orderable=False)
    exposure = ExposureSigned(accessor="pk", verbose_name=_("exposure"), orderable=False)
    requested_at = DateColumn()
    decided_at = DateColumn()
    ends = ReleaseEnds(accessor="pk", verbose_name=_("holds until"), orderable=False)

    class Meta:
        model = ApprovalRequest
        fields = ()

    default_columns = ("title", "document_type", "applicant", "reason", "exposure", "decided_at", "ends")


class ReasonsColumn(LeanColumn):
    """The reasons of a warning in words."""

    def html(self, value: Any, record: Any) -> Any:
        return self.text(value, record)

    def text(self, value: Any, record: Any) -> str:
        found = [risk_reasons.get(line["code"]) for line in record.reasons]
        return in_a_row(reason.label for reason in found if reason is not None)


class RiskTable(RecordTable):
    customer = LinkColumn(orderable=False)
    score = NumberColumn()
    state = StateColumn(orderable=False)
    reasons = ReasonsColumn(accessor="pk", verbose_name=_("reasons"), orderable=False)
    outstanding = MoneyColumn()
    raised_date = DateColumn()
    owner = PersonColumn(accessor="customer__owner", verbose_name=_("owner"), orderable=False)
    answer = TextColumn(orderable=False)
    proposal = TextColumn(orderable=False)
    answered_by = PersonColumn(orderable=False)
    answered_date = DateColumn()
    gone_date = DateColumn()

    class Meta:
        model = RiskWarning
        fields = ()

    default_columns = (
        "customer",
        "score",
        "state",
        "reasons",
        "outstanding",
        "raised_date",
        "owner",
        "answer",
    )


class ProvisionRunTable(RecordTable):
    month = LinkColumn()
    as_of = DateColumn()
    state = StateColumn(orderable=False)
    outstanding = MoneyColumn(orderable=False)
    total = MoneyColumn(orderable=False)
    created_by = PersonColumn(verbose_name=_("computed by"), orderable=False)
    decided_at = DateColumn(orderable=False)
    note = TextColumn(orderable=False)

    class Meta:
        model = ProvisionRun
        fields = ()

    default_columns = ("month", "as_of", "state", "outstanding", "total", "created_by", "decided_at")


class RateColumn(PercentColumn):
    """The rate, as a link to give the item one of its own while the run is a draft."""

    def html(self, value: Any, record: Any) -> Any:
        shown = super().html(value, record)
        if record.run.state != ProvisionState.DRAFT:
            return shown
        return format_html(
            '<a href="{}">{}</a>', reverse("receivables:provisionline_rate", args=[record.pk]), shown
        )


class ProvisionLineTable(RecordTable):
    receivable = LinkColumn(to="receivable", orderable=False)
    customer = LinkColumn(to="customer", orderable=False)
    run = LinkColumn(to="run", orderable=False)
    outstanding = MoneyColumn(orderable=False)
    age_days = NumberColumn(orderable=False)
    rate = RateColumn(orderable=False)
    amount = MoneyColumn()
    reason = TextColumn(orderable=False)

    class Meta:
        model = ProvisionLine
        fields = ()

    default_columns = ("receivable", "customer", "run", "outstanding", "age_days", "rate", "amount", "reason")
