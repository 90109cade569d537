"""Forms of letters, instalment plans and the legal stage."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.choices import LegalEnd, LegalKind, LetterState, LetterWay
from receivables.services.plans import Part
from salesops.catalog.models import Currency
from salesops.ui.forms import ActForm, DateInput, ExactDecimalField, line_formset

TONGUES = (("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English"))


def _area(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": 3}), **more)


class LetterForm(ActForm):
    """How and where the letter goes."""

    way = forms.ChoiceField(label=pgettext_lazy("collection", "way"), choices=LetterWay)
    address = forms.CharField(label=_("sent to"), max_length=300, required=False)
    language = forms.ChoiceField(label=_("language"), choices=TONGUES)
    tracking = forms.CharField(label=_("tracking number"), max_length=100, required=False)


class ReceiptNoteForm(ActForm):
    """The letter was received, or came back."""

    state = forms.ChoiceField(
        label=_("what became of it"), choices=[c for c in LetterState.choices if c[0] != LetterState.SENT]
    )
    on = forms.DateField(label=_("received or back on"), widget=DateInput())
    proof = forms.CharField(label=_("proof of receipt"), max_length=300)


class PartForm(ActForm):
    due_date = forms.DateField(label=_("to be paid until"))
    amount = ExactDecimalField(label=_("amount"), min_value=Decimal("0.01"), max_digits=18, decimal_places=2)


class PlanForm(ActForm):
    """Whom it was agreed with, and the parts."""

    currency = forms.ModelChoiceField(queryset=Currency.objects.all(), label=_("currency"))
    agreed_with = forms.CharField(
        label=pgettext_lazy("person at the customer", "agreed with"), max_length=100
    )
    note = _area(_("what was agreed"), 500, required=False)

    lines_formset = line_formset(PartForm, minimum=1, maximum=36, extra=3)
    lines_title = _("Parts")

    def parts(self) -> list[Part]:
        rows = self.lines.cleaned_data if self.lines is not None else []
        return [Part(row["due_date"], row["amount"]) for row in rows if row]

    def field_of(self, error: Any) -> str:
        return "note" if error.field == "parts" else error.field


class LegalForm(ActForm):
    counsel = forms.CharField(label=_("lawyer or firm"), max_length=150, required=False)
    reason = _area(_("why"), 500)


class LegalEventForm(ActForm):
    """What lawyers or courts did."""

    kind = forms.ChoiceField(label=_("kind"), choices=LegalKind)
    on = forms.DateField(label=_("date"), widget=DateInput())
    text = _area(_("what happened"), 500)
    amount = ExactDecimalField(
        label=_("costs in base currency"), min_value=0, max_digits=18, decimal_places=2, initial=0
    )
    court = forms.CharField(label=_("court"), max_length=150, required=False)
    reference = forms.CharField(label=_("number of the court case"), max_length=100, required=False)


class LegalEndForm(ActForm):
    end = forms.ChoiceField(label=_("ended as"), choices=LegalEnd)
    result = _area(_("result"), 500)


class EvidenceForm(ActForm):
    purpose = _area(_("what it is needed for"), 300)
    form = forms.ChoiceField(
        label=_("form of the pack"),
        choices=(
            ("pdf", _("One PDF with contents and page numbers")),
            ("zip", _("ZIP with every file as it is")),
        ),
        initial="pdf",
    )
