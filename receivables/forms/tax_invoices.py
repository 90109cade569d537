"""Tax invoices as they are requested, issued, handed over and taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from receivables.models import Receivable, TaxInvoice
from receivables.services.tax_invoices import InvoiceLine, NewTaxInvoice
from salesops.ui.forms import ActForm, DateInput, ExactDecimalField, RecordForm, line_formset


class TaxLineForm(ActForm):
    """One line by its gross amount."""

    text = forms.CharField(label=_("Goods or service"), max_length=200)
    receivable = forms.ModelChoiceField(
        label=_("Open item"), queryset=Receivable.objects.all(), required=False
    )
    gross = ExactDecimalField(
        label=_("Amount with tax"), max_digits=18, decimal_places=2, min_value=Decimal("0.01")
    )
    rate = ExactDecimalField(
        label=_("Tax in %"), max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=100, initial=13
    )


class TaxInvoiceForm(RecordForm):
    """A request: for whom, which kind, which lines."""

    lines_formset = line_formset(TaxLineForm, minimum=1, maximum=100, extra=1)

    class Meta:
        model = TaxInvoice
        fields = ("customer", "kind", "tax_profile", "contract", "currency")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].required = False
        self.fields["currency"].help_text = _("Empty: the customer's.")
        self.fields["tax_profile"].help_text = _("Empty: the one that is used by default.")

    def lines_initial(self) -> list[dict[str, Any]]:
        """``?receivable=5`` is the first line."""
        key = str(self.initial.get("receivable", ""))
        rows = Receivable.objects.visible_to(self.user).filter(pk=int(key)) if key.isdecimal() else []
        return [{"receivable": row.pk, "gross": row.amount, "rate": 13, "text": row.number} for row in rows]

    def invoice(self) -> NewTaxInvoice:
        data = dict(self.cleaned_data)
        data["currency"] = data["currency"] or data["customer"].currency
        filled = [line.cleaned_data for line in self.lines.forms if line.cleaned_data.get("text")]
        lines = [
            InvoiceLine(row["text"], row["gross"], row["rate"] / 100, row["receivable"])
            for row in filled
            if not row.get("DELETE")
        ]
        return NewTaxInvoice(lines=lines, **data)


class IssueForm(ActForm):
    """The number on the paper or of the electronic invoice."""

    code = forms.CharField(
        label=_("Invoice code"), max_length=20, required=False, help_text=_("Of older paper invoices only.")
    )
    fapiao_no = forms.CharField(label=_("Invoice number"), max_length=30)
    issued_date = forms.DateField(label=_("Issued on"), widget=DateInput())


class DeliverForm(ActForm):
    delivered_date = forms.DateField(label=_("Handed over on"), widget=DateInput())
    delivered_by = forms.CharField(
        label=_("How it was handed over"),
        max_length=200,
        help_text=_("By e-mail to whom, by courier with its number."),
    )


class RedForm(ActForm):
    amount = ExactDecimalField(
        label=_("Amount with tax"), max_digits=18, decimal_places=2, min_value=Decimal("0.01"), required=False,
        help_text=_("Empty: all that is left of it."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
