"""Pages of tax invoices."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Case, F, QuerySet, When
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.filters import people_of
from contracts.models import Contract
from receivables.choices.tax_invoices import TaxInvoiceKind, TaxInvoiceState
from receivables.filters.ledger import customer_filter
from receivables.forms import ReasonForm
from receivables.forms.tax_invoices import DeliverForm, IssueForm, RedForm, TaxInvoiceForm
from receivables.models import TaxInvoice
from receivables.selectors.tax_periods import period_of, period_words
from receivables.services import tax_invoices as services
from receivables.services.posting import require_right
from salesops.core.policies import Level, policy_of
from salesops.ui.filters import DateRangeFilter, RecordFilterSet
from salesops.ui.marks import EMPTY, amount_of, escaped
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
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import Act, ActionView, RecordCreateView, RecordDetailView, RecordListView


class PeriodColumn(LeanColumn):
    """Taiwan's two-month period of an issued invoice."""

    def html(self, value: Any, record: Any) -> Any:
        return escaped(self.text(value, record)) or EMPTY

    def text(self, value: Any, record: Any) -> str:
        return (
            period_words(record.issued_date) if record.kind in services.TAIWAN and record.issued_date else ""
        )


class TaxInvoiceTable(RecordTable):
    number = LinkColumn()
    customer = LinkColumn(to="customer", orderable=False)
    kind = ChoiceColumn(orderable=False)
    state = StateColumn(orderable=False)
    amount = MoneyColumn(currency="currency_id")
    tax = MoneyColumn(currency="currency_id", orderable=False)
    requested_date = DateColumn()
    issued_date = DateColumn()
    fapiao_no = TextColumn()
    period = PeriodColumn(
        accessor="pk", verbose_name=pgettext_lazy("of a tax invoice", "period"), orderable=False
    )
    delivered_date = DateColumn()
    contract = LinkColumn(to="contract", orderable=False)
    owner = PersonColumn(orderable=False)

    class Meta:
        model = TaxInvoice
        fields = ()

    default_columns = (
        "number",
        "customer",
        "kind",
        "state",
        "amount",
        "issued_date",
        "fapiao_no",
    )


class TaxInvoiceFilter(RecordFilterSet):
    search_fields = ("number__istartswith", "fapiao_no__istartswith", "customer__name__istartswith", "title")

    state = django_filters.MultipleChoiceFilter(choices=TaxInvoiceState.choices, label=_("state"))
    kind = django_filters.MultipleChoiceFilter(choices=TaxInvoiceKind.choices, label=_("kind"))
    customer = customer_filter()
    contract = django_filters.ModelChoiceFilter(queryset=Contract.objects.all(), label=_("contract"))
    owner = django_filters.ModelChoiceFilter(queryset=people_of(TaxInvoice), label=_("owner"))
    requested_date = DateRangeFilter(label=_("requested on"))
    issued_date = DateRangeFilter(label=_("issued on"))

    class Meta:
        model = TaxInvoice
        fields = ()


class TaxInvoiceList(RecordListView):
    model, table_class, filterset_class = TaxInvoice, TaxInvoiceTable, TaxInvoiceFilter
    totals = {"issued_base": _("Issued, in base currency")}
    add_url_name = "receivables:taxinvoice_create"
    add_label = _("Request a tax invoice")
    default_sort = "-requested_date"
    empty_title = _("No tax invoice yet")
    empty_text = _("Request one for open items or a contract; finance issues it.")

    def base_queryset(self) -> QuerySet:
        issued = Case(When(state=TaxInvoiceState.ISSUED, then=F("base_amount")), default=None)
        return TaxInvoice.objects.select_related("customer", "contract", "owner").annotate(issued_base=issued)


class TaxInvoiceCreate(RecordCreateView):
    model, form_class = TaxInvoice, TaxInvoiceForm
    title = _("Request a tax invoice")

    def get_initial(self) -> dict[str, Any]:
        named = {"receivable": self.request.GET["receivable"]} if self.request.GET.get("receivable") else {}
        return {**named, **super().get_initial()}

    def perform(self, form: Any, *, actor: Any, at: Any) -> TaxInvoice:
        return services.request_invoice(actor=actor, invoice=form.invoice(), at=at)


class TaxInvoiceDetail(RecordDetailView):
    model = TaxInvoice

    def base_queryset(self) -> QuerySet:
        return TaxInvoice.objects.select_related(
            "customer", "contract", "owner", "team", "red_of", "created_by", "accepted_by"
        )

    def get_subtitle(self, obj: TaxInvoice) -> str:
        return str(obj.customer)

    def facts(self, obj: TaxInvoice) -> list[tuple[Any, Any]]:
        reds = format_html_join(", ", "{}", ((link(row),) for row in obj.red_letters.order_by("pk")))
        return [
            (_("Customer"), link(obj.customer)),
            (_("Kind"), obj.get_kind_display()),
            (_("Buyer"), obj.title),
            (_("Tax number"), obj.tax_number),
            (_("Amount with tax"), money(obj.amount, obj.currency_id)),
            (_("Net"), money(obj.net, obj.currency_id)),
            (_("Tax"), money(obj.tax, obj.currency_id)),
            (_("Contract"), link(obj.contract) if obj.contract else ""),
            (_("Requested on"), exact(obj.requested_date)),
            (_("Requested by"), person(obj.created_by) if obj.created_by else ""),
            (_("Invoice code"), obj.code),
            (_("Invoice number"), obj.fapiao_no),
            (_("Issued on"), obj.issued_date and exact(obj.issued_date)),
            (pgettext_lazy("of a tax invoice", "Period"), self.period(obj)),
            (pgettext_lazy("of a tax invoice", "Void since"), obj.voided_date and exact(obj.voided_date)),
            (_("Handed over on"), obj.delivered_date and exact(obj.delivered_date)),
            (_("How it was handed over"), obj.delivered_by),
            (_("Takes back"), link(obj.red_of) if obj.red_of else ""),
            (_("Taken back by"), reds),
            (_("Why"), obj.reason),
            (_("Accepted by"), person(obj.accepted_by) if obj.accepted_by else ""),
            (_("Owner"), person(obj.owner)),
        ]

    def period(self, obj: TaxInvoice) -> str:
        return period_words(obj.issued_date) if obj.kind in services.TAIWAN and obj.issued_date else ""

    def acts(self, obj: TaxInvoice) -> list[Act]:
        def act(label: Any, page: str, **more: Any) -> Act:
            return Act(label, reverse(f"receivables:taxinvoice_{page}", args=[obj.pk]), page, **more)

        acts = []
        if obj.state == TaxInvoiceState.APPROVED:
            acts.append(act(_("Issue"), "issue", primary=True))
        if obj.state in (TaxInvoiceState.REQUESTED, TaxInvoiceState.APPROVED):
            acts.append(act(_("Drop the request"), "void", danger=True))
        if obj.state == TaxInvoiceState.ISSUED:
            acts.append(act(_("Hand the invoice over"), "deliver"))
            taiwan = obj.kind in services.TAIWAN
            if not obj.red_of_id and services.left_of(obj) > 0:
                acts.append(act(_("Allowance") if taiwan else _("Red letter"), "red", danger=True))
                if (
                    taiwan
                    and obj.issued_date
                    and timezone.localdate(self.at) <= period_of(obj.issued_date)[1]
                ):
                    acts.append(act(_("Void the invoice"), "annul", danger=True))
        return acts


class TaxInvoiceAct(ActionView):
    model, check_version = TaxInvoice, True

    def require(self, verb: str, obj: Any = None) -> None:
        """What only finance does is asked of finance."""
        if obj is not None and policy_of(TaxInvoice).level_of(verb) == Level.APPROVE:
            require_right(self.request.user, verb, obj)
        super().require(verb, obj)

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate(self.at)
        return {"issued_date": today, "delivered_date": today, **super().get_initial()}


class TaxInvoiceIssue(TaxInvoiceAct):
    verb, form_class, title = "issue", IssueForm, _("Issue")
    explain = _("The number stays with the invoice for good; instalments that wait for it are billed.")

    def perform(self, obj: TaxInvoice, form: Any, *, actor: Any, at: Any) -> TaxInvoice:
        return services.issue_invoice(actor=actor, invoice=obj, at=at, **form.cleaned_data)


class TaxInvoiceDeliver(TaxInvoiceAct):
    verb, form_class, title = "deliver", DeliverForm, _("Hand the invoice over")

    def perform(self, obj: TaxInvoice, form: Any, *, actor: Any, at: Any) -> TaxInvoice:
        return services.hand_over_invoice(actor=actor, invoice=obj, at=at, **form.cleaned_data)


class TaxInvoiceVoid(TaxInvoiceAct):
    verb, form_class, title, danger = "void", ReasonForm, _("Drop the request"), True
    explain = _("It will not be issued; its items may be invoiced again.")

    def perform(self, obj: TaxInvoice, form: Any, *, actor: Any, at: Any) -> TaxInvoice:
        return services.void_invoice(actor=actor, invoice=obj, at=at, **form.cleaned_data)


class TaxInvoiceAnnul(TaxInvoiceAct):
    verb, form_class, title, danger = "annul", ReasonForm, _("Void the invoice"), True
    explain = _(
        "Within its two-month period an invoice of Taiwan is voided as a whole; its paper comes back from the customer. "
        "Its number stays used, its items may be invoiced again; what was billed by it stays until credit is given."
    )

    def perform(self, obj: TaxInvoice, form: Any, *, actor: Any, at: Any) -> TaxInvoice:
        return services.void_issued(actor=actor, invoice=obj, at=at, **form.cleaned_data)


class TaxInvoiceRed(TaxInvoiceAct):
    verb, form_class, title, danger = "red", RedForm, _("Red letter"), True

    def get_title(self) -> Any:
        return _("Allowance") if self.object.kind in services.TAIWAN else self.title

    def get_explain(self, obj: TaxInvoice) -> Any:
        return _(
            "A negative invoice takes it back, whole or in part; a second person approves it, then it is issued. Of "
            "%(number)s, %(left)s is left."
        ) % {"number": obj.fapiao_no, "left": amount_of(services.left_of(obj), obj.currency_id)}

    def perform(self, obj: TaxInvoice, form: Any, *, actor: Any, at: Any) -> TaxInvoice:
        return services.request_red_letter(actor=actor, invoice=obj, at=at, **form.cleaned_data)
