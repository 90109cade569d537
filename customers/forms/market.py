"""Forms of market information."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.market import CostItem, DemandState, Urgency
from customers.fields import Chips
from customers.forms.parts import amount_field
from customers.models import Campaign, Competitor, Customer, Observation, Opportunity, ProductDemand, Visit
from customers.permissions.market import teams_in_reach
from salesops.accounts.models import Team, User
from salesops.accounts.selectors import active_people
from salesops.core.policies import policy_of
from salesops.ui.forms import ActForm, RecordForm


class MarketForm(RecordForm):
    """A form whose rules are the service's."""

    def _post_clean(self) -> None:
        """Rules are the service's."""


class FromVisit:
    """A record raised from a visit keeps where it came from; the visit is named by the address (VIS-04)."""

    def hide_visit(self, user: Any) -> None:
        field = self.fields["visit"]  # type: ignore[attr-defined]
        field.queryset = Visit.objects.visible_to(user)
        field.widget = forms.HiddenInput()
        named = self.initial.get("visit") or self.data.get("visit")  # type: ignore[attr-defined]
        if self.instance.pk or not named:  # type: ignore[attr-defined]
            self.fields.pop("visit")  # type: ignore[attr-defined]


class CompetitorForm(MarketForm):
    website = forms.URLField(label=_("Web site"), required=False, assume_scheme="https")
    wide = ("name", "channels", "brand")
    more = ("short_name", "country", "website", "channels", "brand", "is_active")

    class Meta:
        model = Competitor
        fields = (
            "name", "region", "price_band", "products", "strengths", "weaknesses", "our_advantage", "short_name", "country",
            "website", "channels", "brand", "is_active",
        )  # fmt: skip


class ObservationForm(FromVisit, MarketForm):
    """What was seen: few taps on a phone, the rest folded."""

    more = ("their_product", "product", "suggestion", "customer", "opportunity")
    field_order = (
        "competitor", "topic", "fact", "price", "currency", "seen_on", "region", "source", "reliability",
    )  # fmt: skip
    wide = ("topic",)

    class Meta:
        model = Observation
        fields = (
            "competitor", "topic", "fact", "price", "currency", "seen_on", "region", "source", "reliability",
            "their_product", "product", "suggestion", "customer", "opportunity", "visit",
        )  # fmt: skip
        widgets = {"topic": Chips, "reliability": Chips}

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.initial.setdefault("seen_on", timezone.localdate())
        self.initial.setdefault("currency", settings.BASE_CURRENCY)
        self.fields["competitor"].queryset = Competitor.objects.filter(is_active=True)
        for name in ("topic", "reliability"):
            self.fields[name].choices = [c for c in self.fields[name].choices if c[0]]
        alive = Opportunity.objects.visible_to(user).alive()
        kept = Opportunity.objects.visible_to(user).filter(pk=self.instance.opportunity_id or 0)
        self.fields["opportunity"].queryset = alive | kept
        self.hide_visit(user)


class OpenWeekForm(ActForm):
    """Which team, which week."""

    team = forms.ModelChoiceField(queryset=Team.objects.all(), label=_("Team"))
    day = forms.DateField(label=_("A day of the week"))

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        today = timezone.localdate()
        teams = teams_in_reach(user, on=today)
        self.fields["team"].queryset = Team.objects.filter(pk__in=teams).order_by("path")
        self.initial.setdefault("day", timezone.localdate())


class WeekForm(ActForm):
    summary = forms.CharField(label=_("What the week shows"), widget=forms.Textarea(attrs={"rows": 6}))
    actions = forms.CharField(
        label=_("What we should do"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )


class CampaignForm(MarketForm):
    more = ("region", "booth", "currency", "staff")
    wide = ("theme", "form")
    staff = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(), label=_("Our people there"), required=False
    )

    class Meta:
        model = Campaign
        fields = (
            "kind", "theme", "form", "start", "end", "place", "budget", "goal", "region", "booth", "currency", "staff",
        )  # fmt: skip

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.initial.setdefault("currency", settings.BASE_CURRENCY)
        people = User.objects.filter(active_people(timezone.localdate()), is_active=True).order_by(
            "name", "pk"
        )
        self.fields["staff"].queryset = people
        if self.instance.pk:
            self.initial["staff"] = list(self.instance.staff.values_list("pk", flat=True))


class EvaluateForm(ActForm):
    invited = forms.IntegerField(label=_("Invited"), min_value=0)
    attended = forms.IntegerField(label=_("Attended"), min_value=0)
    effect = forms.CharField(label=_("Evaluation of the effect"), widget=forms.Textarea(attrs={"rows": 4}))
    adjustment = forms.CharField(
        label=_("What is done differently"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    report = forms.CharField(
        label=_("Report afterwards"), widget=forms.Textarea(attrs={"rows": 6}), required=False
    )


class CostForm(ActForm):
    item = forms.ChoiceField(label=pgettext_lazy("cost", "Item"), choices=CostItem.choices, widget=Chips)
    planned = amount_field(_("Planned cost"), initial=Decimal(0))
    actual = amount_field(_("Actual cost"), initial=Decimal(0))
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)
    wide = ("item", "note")


class GuestForm(ActForm):
    customer = forms.ModelChoiceField(queryset=Customer.objects.all(), label=_("Customer"))
    came = forms.BooleanField(label=pgettext_lazy("guest", "Came"), required=False)
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)
    wide = ("note",)

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["customer"].queryset = Customer.objects.filter(policy_of(Customer).scope(user, "edit"))


class DemandForm(FromVisit, MarketForm):
    more = ("product", "source", "opportunity")
    wide = ("title",)

    class Meta:
        model = ProductDemand
        fields = ("title", "need", "kind", "urgency", "customer", "product", "source", "opportunity", "visit")

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["opportunity"].queryset = Opportunity.objects.visible_to(user)
        self.hide_visit(user)


class DecideForm(ActForm):
    """What becomes of a demand, and the answer that goes back."""

    to = forms.ChoiceField(label=pgettext_lazy("demand", "It becomes"), widget=Chips)
    answer = forms.CharField(
        label=_("Answer to who asked"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices, widget=Chips)
    planned_for = forms.DateField(label=pgettext_lazy("demand", "Planned for"), required=False)
    wide = ("to",)

    def __init__(self, *args: Any, demand: ProductDemand, **kwargs: Any) -> None:
        from customers.choices.market import DEMAND_MOVES

        super().__init__(*args, **kwargs)
        labels = dict(DemandState.choices)
        targets = DEMAND_MOVES.targets(demand.state)
        self.fields["to"].choices = [(s, labels[s]) for s in DemandState if s in targets]
        self.initial.setdefault("urgency", demand.urgency)
        self.initial.setdefault("planned_for", demand.planned_for)
