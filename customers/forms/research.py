"""Forms of studies, target markets, partners and requirement documents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.research import TalkWay
from customers.fields import Chips
from customers.forms.market import MarketForm
from customers.models import Customer, MarketStudy, Partner, ProductDemand, RequirementPaper, TargetMarket
from customers.services.requirement_papers import OPEN
from salesops.ui.forms import ActForm, DateInput

WORDS = forms.Textarea(attrs={"rows": 4})


def words(*names: str) -> dict[str, forms.Textarea]:
    """Text fields of four lines."""
    return {name: forms.Textarea(attrs={"rows": 4}) for name in names}


class StudyForm(MarketForm):
    wide = ("subject",)

    class Meta:
        model = MarketStudy
        fields = ("subject", "goal", "method", "start", "end", "due_on", "region")
        widgets = words("goal", "method")


class ReportForm(ActForm):
    findings = forms.CharField(label=pgettext_lazy("study", "Findings"), widget=WORDS)
    conclusions = forms.CharField(label=pgettext_lazy("study", "Conclusions"), widget=WORDS)


class ReturnForm(ActForm):
    note = forms.CharField(label=_("What is missing"), widget=WORDS)


class PublishForm(ActForm):
    note = forms.CharField(label=_("Words of the review"), widget=WORDS, required=False)


class TargetMarketForm(MarketForm):
    more = ("size_source", "study", "is_active")
    wide = ("name", "size_source")

    class Meta:
        model = TargetMarket
        fields = (
            "name", "region", "size", "currency", "traits", "potential", "entry", "difference", "size_source", "study",
            "is_active",
        )  # fmt: skip
        widgets = words("traits", "potential", "entry", "difference")

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.initial.setdefault("currency", settings.BASE_CURRENCY)


class PartnerForm(MarketForm):
    more = ("is_active",)
    wide = ("name", "agreement")

    class Meta:
        model = Partner
        fields = (
            "name", "kind", "contact", "agreement", "agreed_from", "agreed_to", "contact_every", "rights", "duties",
            "is_active",
        )  # fmt: skip
        widgets = words("rights", "duties")


class TalkForm(ActForm):
    day = forms.DateField(label=_("Date"), widget=DateInput())
    way = forms.ChoiceField(
        label=pgettext_lazy("partner talk", "Way"),
        choices=TalkWay.choices,
        widget=Chips,
        initial=TalkWay.CALL,
    )
    opinions = forms.CharField(label=_("Their opinions"), widget=WORDS)
    improvement = forms.CharField(label=_("What we improve"), widget=WORDS, required=False)

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.initial.setdefault("day", timezone.localdate())


class PaperForm(MarketForm):
    """The demands that may be chosen are those that are open and stand in no other document."""

    demands = forms.ModelMultipleChoiceField(
        queryset=ProductDemand.objects.none(),
        label=_("Product demands that it answers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    wide = ("title", "demands")

    class Meta:
        model = RequirementPaper
        fields = ("title", "product", "demands", "function", "performance", "interface")
        widgets = words("function", "performance", "interface")

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        seen = ProductDemand.objects.visible_to(user)
        free = seen.filter(paper=None, state__in=OPEN)
        if self.instance.pk:
            free = free | seen.filter(paper=self.instance)
            self.initial["demands"] = list(self.instance.demands.values_list("pk", flat=True))
        self.fields["demands"].queryset = free.order_by("-raised_on", "-pk")


class MaterialForm(ActForm):
    name = forms.CharField(label=pgettext_lazy("material", "Material"), max_length=200)
    quantity = forms.IntegerField(
        label=pgettext_lazy("material", "Quantity"), min_value=1, max_value=1_000_000, initial=1
    )
    ready = forms.BooleanField(label=pgettext_lazy("material", "Ready"), required=False)
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)
    wide = ("note",)


class FeedbackForm(ActForm):
    words = forms.CharField(label=pgettext_lazy("feedback", "What was said"), widget=WORDS)
    mark = forms.IntegerField(
        label=pgettext_lazy("feedback", "Mark (1 to 5)"), min_value=1, max_value=5, required=False
    )
    customer = forms.ModelChoiceField(queryset=Customer.objects.none(), label=_("Customer"), required=False)

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["customer"].queryset = Customer.objects.visible_to(user)


class AdjustForm(ActForm):
    adjustment = forms.CharField(label=_("What is done differently"), widget=WORDS)
