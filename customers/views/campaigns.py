"""Campaigns, exhibitions and product demands."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.campaign_gains import campaign_gains
from customers.choices.market import CampaignState, DemandState
from customers.filters.market import CampaignFilter, DemandFilter
from customers.forms.market import CampaignForm, CostForm, DecideForm, DemandForm, EvaluateForm, GuestForm
from customers.forms.parts import ReasonForm
from customers.forms.research import AdjustForm, FeedbackForm, MaterialForm
from customers.models import (
    Campaign,
    CampaignCost,
    CampaignFeedback,
    CampaignGuest,
    CampaignMaterial,
    Customer,
    ProductDemand,
)
from customers.selectors.campaigns import yield_of
from customers.services import campaigns, demands
from customers.tables.market import CampaignTable, DemandTable
from salesops.approvals.selectors import open_request
from salesops.core.keys import is_key
from salesops.core.policies import can
from salesops.ui.marks import exact_date, person_mark
from salesops.ui.templatetags.ui import link, money
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


class CampaignList(RecordListView):
    model = Campaign
    stacked = True
    table_class = CampaignTable
    filterset_class = CampaignFilter
    default_sort = "-start"
    add_url_name = "customers:campaign_create"
    add_label = _("New campaign")
    totals = {}
    empty_title = _("No campaign yet.")

    def base_queryset(self) -> QuerySet:
        return Campaign.objects.select_related("owner").annotate(lead_count=Count("leads"))


class CampaignPage(RecordDetailView):
    """The plan, what it cost, who came, and what it brought (MKT-11)."""

    model = Campaign
    template_name = "customers/campaign_detail.html"

    def base_queryset(self) -> QuerySet:
        return Campaign.objects.select_related("owner", "team").prefetch_related("staff")

    def get_subtitle(self, obj: Campaign) -> Any:
        return obj.number

    def facts(self, obj: Campaign) -> list[tuple[Any, Any]]:
        shown = can(self.request.user, "list", CampaignCost)
        return [
            (_("Kind"), obj.get_kind_display()),
            (pgettext_lazy("campaign", "Form"), obj.form),
            (pgettext_lazy("campaign", "From"), exact_date(obj.start)),
            (pgettext_lazy("campaign", "To"), exact_date(obj.end)),
            (pgettext_lazy("campaign", "Place"), obj.place),
            (_("Region"), obj.region),
            (_("Booth"), obj.booth),
            (_("Budget"), money(obj.budget, obj.currency_id) if shown else ""),
            (_("Responsible"), person_mark(obj.owner)),
            (_("Our people there"), ", ".join(map(str, obj.staff.all()))),
            (_("Invited"), obj.invited or ""),
            (_("Attended"), obj.attended or ""),
            (_("Why cancelled"), obj.reason),
        ]

    def acts(self, obj: Campaign) -> list[Act]:
        def act(label: Any, name: str, verb: str, **more: Any) -> Act:
            return Act(label, reverse(f"customers:campaign_{name}", args=[obj.pk]), verb, **more)

        cost, cancel = (
            act(_("Enter a cost"), "cost", "cost"),
            act(_("Cancel it"), "cancel", "cancel", danger=True),
        )
        guest = act(_("Invite a customer"), "guest", "view")
        material, heard = (
            act(_("Enter material"), "material", "cost"),
            act(_("Write down feedback"), "feedback", "invite"),
        )
        if obj.state == CampaignState.PLANNED:
            url = reverse("approvals:approvalrequest_ask", args=[campaigns.KEY, obj.pk])
            waits = open_request(obj, campaigns.KEY) is not None
            ask = [] if waits else [Act(_("Ask for approval"), url, "ask", primary=True)]
            return [*ask, act(_("Edit"), "edit", "edit"), cost, material, guest, cancel]
        if obj.state == CampaignState.APPROVED:
            return [act(_("It begins"), "start", "start", primary=True), cost, material, guest, cancel]
        if obj.state == CampaignState.RUNNING:
            evaluate = act(_("Evaluate it"), "evaluate", "evaluate", primary=True)
            return [evaluate, heard, act(_("Adjust it"), "adjust", "evaluate"), cost, material, guest, cancel]
        if obj.state == CampaignState.EVALUATED:
            return [act(_("Close it"), "close", "close", primary=True), heard, cost]
        return []

    def get_context(self, obj: Campaign) -> dict[str, Any]:
        user = self.request.user
        costs = list(CampaignCost.objects.visible_to(user).filter(campaign=obj))
        guests = CampaignGuest.objects.visible_to(user).filter(campaign=obj).select_related("customer")
        lists = {name: reverse(f"customers:{name}_list") for name in ("lead", "opportunity")}
        return {
            "campaign": obj,
            "costs": costs,
            "planned": sum(cost.planned for cost in costs),
            "actual": sum(cost.actual for cost in costs),
            "guests": list(guests[:100]),
            "materials": list(CampaignMaterial.objects.visible_to(user).filter(campaign=obj)),
            **self.feedback(obj),
            "gain": yield_of(obj, user),
            "more": [(gain.title, *gain.counted(user, obj)) for gain in campaign_gains],
            "lead_url": f"{lists['lead']}?brought_by={obj.pk}",
            "deal_url": f"{lists['opportunity']}?brought_by={obj.pk}",
        }

    def feedback(self, obj: Campaign) -> dict[str, Any]:
        """What was said, the customer named to those who see the customer; and the mean of the marks."""
        user = self.request.user
        rows = (
            CampaignFeedback.objects.visible_to(user).filter(campaign=obj).select_related("owner", "customer")
        )
        marks = [row.mark for row in rows if row.mark is not None]
        seen = Customer.objects.visible_to(user).filter(
            pk__in=[row.customer_id for row in rows if row.customer_id]
        )
        named = set(seen.values_list("pk", flat=True))
        return {
            "heard": [(row, row.customer if row.customer_id in named else None) for row in rows[:100]],
            "marks": len(marks),
            "mean": f"{sum(marks) / len(marks):.1f}" if marks else "",
        }


class CampaignCreate(RecordCreateView):
    model = Campaign
    form_class = CampaignForm
    title = _("New campaign")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Campaign:
        return campaigns.save_campaign(actor=actor, at=at, **form.cleaned_data)


class CampaignEdit(RecordUpdateView):
    model = Campaign
    form_class = CampaignForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> Campaign:
        return campaigns.save_campaign(actor=actor, at=at, campaign=self.object, **form.cleaned_data)


class CampaignAct(ActionView):
    model = Campaign
    check_version = True

    def get_success_url(self, obj: Any) -> str:
        return self.object.get_absolute_url()


class CampaignStart(CampaignAct):
    verb = "start"
    title = _("It begins")

    def prepare(self) -> None:
        super().prepare()
        if timezone.localdate(self.at) < self.object.start:
            self.form_class = ReasonForm

    def perform(self, obj: Campaign, form: Any, *, actor: Any, at: Any) -> Campaign:
        reason = form.cleaned_data["reason"] if form else ""
        return campaigns.start_campaign(actor=actor, at=at, campaign=obj, reason=reason)


class CampaignEvaluate(CampaignAct):
    form_class = EvaluateForm
    template_name = "ui/form.html"
    verb = "evaluate"
    title = _("Evaluate it")
    submit_label = _("Save")

    def get_initial(self) -> dict[str, Any]:
        guests = self.object.guests
        return {"invited": guests.count(), "attended": guests.filter(came=True).count()}

    def perform(self, obj: Campaign, form: Any, *, actor: Any, at: Any) -> Campaign:
        return campaigns.evaluate_campaign(actor=actor, at=at, campaign=obj, **form.cleaned_data)


class CampaignClose(CampaignAct):
    verb = "close"
    title = _("Close it")

    def perform(self, obj: Campaign, form: Any, *, actor: Any, at: Any) -> Campaign:
        return campaigns.close_campaign(actor=actor, at=at, campaign=obj)


class CampaignCancel(CampaignAct):
    form_class = ReasonForm
    verb = "cancel"
    danger = True
    title = _("Cancel it")

    def perform(self, obj: Campaign, form: Any, *, actor: Any, at: Any) -> Campaign:
        return campaigns.cancel_campaign(actor=actor, at=at, campaign=obj, **form.cleaned_data)


class CampaignCosts(CampaignAct):
    form_class = CostForm
    template_name = "ui/form.html"
    check_version = False
    verb = "cost"
    title = _("Enter a cost")
    submit_label = _("Save")

    def perform(self, obj: Campaign, form: Any, *, actor: Any, at: Any) -> CampaignCost:
        return campaigns.add_cost(actor=actor, at=at, campaign=obj, **form.cleaned_data)


class CampaignInvite(CampaignAct):
    form_class = GuestForm
    template_name = "ui/form.html"
    check_version = False
    verb = "invite"
    title = _("Invite a customer")
    submit_label = _("Save")

    def perform(self, obj: Campaign, form: Any, *, actor: Any, at: Any) -> CampaignGuest:
        return campaigns.invite_guest(actor=actor, at=at, campaign=obj, **form.cleaned_data)


class CampaignMaterials(CampaignCosts):
    form_class = MaterialForm
    title = _("Enter material")

    def perform(self, obj: Campaign, form: Any, *, actor: Any, at: Any) -> CampaignMaterial:
        return campaigns.set_material(actor=actor, at=at, campaign=obj, **form.cleaned_data)


class CampaignHears(CampaignInvite):
    form_class = FeedbackForm
    title = _("Write down feedback")

    def perform(self, obj: Campaign, form: Any, *, actor: Any, at: Any) -> CampaignFeedback:
        return campaigns.hear_feedback(actor=actor, at=at, campaign=obj, **form.cleaned_data)


class CampaignAdjust(CampaignAct):
    form_class = AdjustForm
    template_name = "ui/form.html"
    verb = "evaluate"
    title = _("Adjust it")
    submit_label = _("Save")

    def perform(self, obj: Campaign, form: Any, *, actor: Any, at: Any) -> Campaign:
        return campaigns.adjust_campaign(actor=actor, at=at, campaign=obj, **form.cleaned_data)


# --- product demands ----------------------------------------------------------------------------------


class DemandList(RecordListView):
    model = ProductDemand
    stacked = True
    table_class = DemandTable
    filterset_class = DemandFilter
    default_sort = "-raised_on"
    add_url_name = "customers:productdemand_create"
    add_label = _("New product demand")
    empty_title = _("No product demand yet.")

    def base_queryset(self) -> QuerySet:
        return ProductDemand.objects.select_related("product", "owner")


class DemandPage(RecordDetailView):
    model = ProductDemand

    def base_queryset(self) -> QuerySet:
        return ProductDemand.objects.select_related(
            "product",
            "owner",
            "team",
            "customer",
            "opportunity__customer",
            "visit__customer",
            "answered_by",
            "paper",
        )

    def get_subtitle(self, obj: ProductDemand) -> Any:
        return obj.number

    def facts(self, obj: ProductDemand) -> list[tuple[Any, Any]]:
        user = self.request.user

        def seen(record: Any) -> Any:
            return link(record) if record is not None and can(user, "view", record) else ""

        return [
            (_("Kind"), obj.get_kind_display()),
            (_("What is needed, and why"), obj.need),
            (_("Product"), link(obj.product) if obj.product else ""),
            (_("Urgency"), obj.get_urgency_display()),
            (_("Source"), obj.get_source_display()),
            (_("Customer"), seen(obj.customer)),
            (_("Opportunity"), seen(obj.opportunity)),
            (_("Raised at visit"), seen(obj.visit)),
            (_("Raised by"), person_mark(obj.owner)),
            (_("Raised on"), exact_date(obj.raised_on)),
            (_("Requirement document"), seen(obj.paper)),
            (_("Answer to who asked"), obj.answer),
            (_("Answered by"), obj.answered_by),
            (_("Answered"), exact_date(obj.answered_at) if obj.answered_at else ""),
            (pgettext_lazy("demand", "Planned for"), exact_date(obj.planned_for) if obj.planned_for else ""),
        ]

    def acts(self, obj: ProductDemand) -> list[Act]:
        acts = []
        if obj.state != DemandState.DONE:
            url = reverse("customers:productdemand_decide", args=[obj.pk])
            acts.append(Act(_("Answer it"), url, "decide", primary=True))
        if obj.state in (DemandState.NEW, DemandState.IN_REVIEW):
            acts.append(Act(_("Edit"), reverse("customers:productdemand_edit", args=[obj.pk]), "edit"))
        return acts


class DemandCreate(RecordCreateView):
    """``?customer=5`` and ``?opportunity=7`` fill those in."""

    model = ProductDemand
    form_class = DemandForm
    title = _("New product demand")

    def get_initial(self) -> dict[str, Any]:
        given = super().get_initial()
        return {k: v for k, v in given.items() if is_key(v)}

    def perform(self, form: Any, *, actor: Any, at: Any) -> ProductDemand:
        return demands.raise_demand(actor=actor, at=at, **form.cleaned_data)


class DemandEdit(RecordUpdateView):
    model = ProductDemand
    form_class = DemandForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> ProductDemand:
        return demands.update_demand(actor=actor, at=at, demand=self.object, **form.cleaned_data)


class DemandDecide(ActionView):
    model = ProductDemand
    form_class = DecideForm
    template_name = "ui/form.html"
    check_version = True
    verb = "decide"
    title = _("Answer it")
    submit_label = _("Save")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"demand": self.object}

    def get_explain(self, obj: ProductDemand) -> Any:
        return obj.need

    def perform(self, obj: ProductDemand, form: Any, *, actor: Any, at: Any) -> ProductDemand:
        return demands.decide_demand(actor=actor, at=at, demand=obj, **form.cleaned_data)
