"""Currencies, exchange rates, tax rates, payment terms."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.catalog.forms import (
    CurrencyForm,
    ExchangeRateForm,
    PaymentTermForm,
    RateEditForm,
    TaxRateForm,
)
from salesops.catalog.models import Currency, ExchangeRate, PaymentTerm, TaxRate
from salesops.catalog.services import money
from salesops.catalog.tables import (
    CurrencyFilter,
    CurrencyTable,
    ExchangeRateFilter,
    ExchangeRateTable,
    PaymentTermFilter,
    PaymentTermTable,
    TaxRateFilter,
    TaxRateTable,
)
from salesops.catalog.terms import due_date
from salesops.catalog.views.pages import CatalogPage, active
from salesops.catalog.words import percent
from salesops.core.periods import day_of
from salesops.ui.templatetags.ui import quantity
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


class CurrencyList(RecordListView):
    model = Currency
    table_class = CurrencyTable
    filterset_class = CurrencyFilter
    add_url_name = "catalog:currency_create"


class CurrencyCreate(RecordCreateView):
    model = Currency
    form_class = CurrencyForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> Currency:
        return money.add_currency(actor=actor, at=at, **form.cleaned_data)


class ExchangeRateList(RecordListView):
    model = ExchangeRate
    table_class = ExchangeRateTable
    filterset_class = ExchangeRateFilter
    default_sort = "-date"
    add_url_name = "catalog:exchangerate_create"


class ExchangeRatePage(CatalogPage):
    model = ExchangeRate
    edit_url_name = "catalog:exchangerate_edit"

    def facts(self, obj: ExchangeRate) -> list[tuple[Any, Any]]:
        return [
            (_("Currency"), f"{obj.currency_id} · {obj.currency.words}"),
            (_("Date"), obj.date.isoformat()),
            (_("Rate"), f"1 {obj.currency_id} = {quantity(obj.rate)} {settings.BASE_CURRENCY}"),
        ]


class ExchangeRateCreate(RecordCreateView):
    model = ExchangeRate
    form_class = ExchangeRateForm
    explain = _(
        "A rate says how much of the base currency one unit is worth, from its day until the next rate."
    )

    def get_initial(self) -> dict[str, Any]:
        return {"date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, form: Any, *, actor: Any, at: Any) -> ExchangeRate:
        data = form.cleaned_data
        return money.set_exchange_rate(data["currency"], data["date"], data["rate"], actor=actor, at=at)


class ExchangeRateEdit(ActionView):
    model = ExchangeRate
    verb = "edit"
    check_version = True
    form_class = RateEditForm
    title = _("Change the rate")
    explain = _("Documents that were posted keep the rate they were posted with.")
    submit_label = _("Save")

    def get_initial(self) -> dict[str, Any]:
        return {"rate": self.object.rate.normalize()}

    def perform(self, obj: ExchangeRate, form: Any, *, actor: Any, at: Any) -> ExchangeRate:
        return money.set_exchange_rate(
            obj.currency_id, obj.date, form.cleaned_data["rate"], actor=actor, at=at
        )


class TaxRateList(RecordListView):
    model = TaxRate
    table_class = TaxRateTable
    filterset_class = TaxRateFilter
    add_url_name = "catalog:taxrate_create"


class TaxRatePage(RecordDetailView):
    model = TaxRate

    def facts(self, obj: TaxRate) -> list[tuple[Any, Any]]:
        return [
            (_("Code"), obj.code),
            (_("Tax rate"), f"{percent(obj.rate)} %"),
            (_("From"), obj.from_date.isoformat()),
            (_("Last day"), obj.to_date.isoformat() if obj.to_date else _("no last day")),
        ]

    def acts(self, obj: TaxRate) -> list[Act]:
        url = f"{reverse('catalog:taxrate_create')}?code={obj.code}"
        return [Act(_("New rate from a day"), url, "edit", primary=True)]


class TaxRateCreate(RecordCreateView):
    model = TaxRate
    form_class = TaxRateForm
    explain = _("A new rate of a code ends the one before on the day before.")

    def perform(self, form: Any, *, actor: Any, at: Any) -> TaxRate:
        data = form.cleaned_data
        return money.set_tax_rate(
            data["code"], data["rate"], data["from_date"], name=data["name"], actor=actor, at=at
        )


class PaymentTermList(RecordListView):
    model = PaymentTerm
    table_class = PaymentTermTable
    filterset_class = PaymentTermFilter
    add_url_name = "catalog:paymentterm_create"


class PaymentTermPage(CatalogPage):
    model = PaymentTerm
    edit_url_name = "catalog:paymentterm_edit"
    template_name = "catalog/paymentterm_detail.html"

    def get_subtitle(self, obj: PaymentTerm) -> str:
        return obj.code

    def facts(self, obj: PaymentTerm) -> list[tuple[Any, Any]]:
        return [
            (_("Code"), obj.code),
            (_("Rule"), obj.rule_words),
            active(obj),
        ]

    def get_context(self, obj: PaymentTerm) -> dict[str, Any]:
        today = timezone.localdate(self.at)
        try:
            day = day_of(self.request.GET.get("on", ""))
        except ValueError:
            day = today
        due, words = due_date(obj, invoice=day, delivery=day, acceptance=day, sign=day)
        return {"day": day, "due": due, "words": words}


class PaymentTermCreate(RecordCreateView):
    model = PaymentTerm
    form_class = PaymentTermForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> PaymentTerm:
        return money.create_payment_term(actor=actor, at=at, **form.cleaned_data)


class PaymentTermEdit(RecordUpdateView):
    model = PaymentTerm
    form_class = PaymentTermForm
    explain = _("Due dates that were computed before stay as they are.")

    def perform(self, form: Any, *, actor: Any, at: Any) -> PaymentTerm:
        return money.update_payment_term(self.object, actor=actor, at=at, **form.cleaned_data)
