"""Opportunities: list, page, form, acts."""

from __future__ import annotations

import functools
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from customers.choices.deals import CLOSED_STAGES, Stage
from customers.filters.deals import OpportunityFilter
from customers.forms.deals import HoldForm, LoseForm, MoveForm, NextStepForm, OpportunityForm, WinForm
from customers.forms.parts import PersonForm
from customers.models import Customer, Opportunity
from customers.papers_of_deals import deal_papers, paper_of
from customers.selectors.deals import step_days, with_weight
from customers.services import deal_steps, opportunities
from customers.services.proofs import written_paper
from customers.tables.deals import OpportunityTable
from salesops.core.keys import is_key
from salesops.core.policies import can
from salesops.ui.marks import exact_date, person_mark, pill
from salesops.ui.templatetags.ui import link, money, percent
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


class OpportunityList(RecordListView):
    model = Opportunity
    stacked = True
    table_class = OpportunityTable
    filterset_class = OpportunityFilter
    add_url_name = "customers:opportunity_create"
    add_label = _("New opportunity")
    default_sort = "-created_date"
    totals = {"base_amount": _("Amount in base currency"), "weighted": _("Weighted amount")}
    reads = (
        "title", "customer__name", "customer__short_name", "stage", "amount", "currency", "probability", "expected_close",
        "next_step", "next_step_on", "owner__name", "owner__username",
    )  # fmt: skip
    empty_title = _("No opportunity yet.")
    empty_text = _("Open one with a customer, or make one of a lead.")

    def base_queryset(self) -> QuerySet:
        return with_weight(
            Opportunity.objects.select_related("customer", "owner", "team", "product", "loss_reason")
        )


@functools.cache
def deals_in_full() -> Any:
    """Deals with all their fields, and of what they point at only what is shown or asked for; put together once."""
    own = [field.name for field in Opportunity._meta.concrete_fields]
    shown = (
        "customer__name", "customer__short_name", "customer__owner", "customer__team", "owner__name", "owner__username",
        "team__name", "lead__name", "lead__owner", "lead__team", "campaign__theme", "product__code", "product__name",
        "loss_reason__code", "loss_reason__name", "lost_to__name", "lost_to__short_name",
    )  # fmt: skip
    rows = Opportunity.objects.select_related(*{name.partition("__")[0] for name in shown})
    return rows.only(*own, *shown)


class OpportunityPage(RecordDetailView):
    """The deal with what the next step demands; apps above add their panels."""

    model = Opportunity
    state_field = "stage"

    def base_queryset(self) -> QuerySet:
        return deals_in_full().all()

    def get_subtitle(self, obj: Opportunity) -> Any:
        return obj.code

    def facts(self, obj: Opportunity) -> list[tuple[Any, Any]]:
        user = self.request.user
        return [
            (
                _("Customer"),
                link(obj.customer, obj.customer.name)
                if obj.customer
                else pill(_("not known yet"), "attention"),
            ),
            (_("Expected amount"), money(obj.amount, obj.currency_id) if obj.amount is not None else ""),
            (_("In base currency"), money(obj.base_amount) if obj.base_rate != 1 else ""),
            (_("Probability"), self.odds(obj)),
            (_("Decision expected on"), exact_date(obj.expected_close) if obj.expected_close else ""),
            (_("Decided on"), exact_date(obj.closed_date) if obj.closed_date else ""),
            (_("Why lost"), obj.loss_reason),
            (_("Lost to"), link(obj.lost_to) if obj.lost_to else ""),
            (_("What decided it"), obj.closing_note),
            (_("Contract or order"), self.paper(obj)),
            (_("In this step since"), self.since(obj)),
            (_("Owner"), person_mark(obj.owner)),
            (_("Team"), obj.team),
            (_("Opened on"), exact_date(obj.created_date)),
            (_("Engaged on"), exact_date(obj.engaged_date) if obj.engaged_date else ""),
            (_("Source"), obj.source),
            (_("Campaign or exhibition"), link(obj.campaign) if obj.campaign else ""),
            (_("Lead"), link(obj.lead) if obj.lead and can(user, "view", obj.lead) else ""),
            (_("Score"), obj.score),
            (_("Intention to buy"), f"{obj.intention} / 5" if obj.intention else ""),
            (
                _("Budget of the customer"),
                money(obj.budget, obj.currency_id) if obj.budget is not None else "",
            ),
            (_("Needed by"), exact_date(obj.needed_by) if obj.needed_by else ""),
            (_("Offer sent"), self.offer(obj)),
            (_("Our bottom line"), obj.bottom_line if can(user, "view_bottom_line", obj) else ""),
            (_("Remarks"), obj.remarks),
        ]

    def odds(self, obj: Opportunity) -> Any:
        if not obj.is_alive:
            return ""
        note = _("set by hand") if obj.probability_by_hand else _("by its step")
        return format_html('{} <span class="muted">{}</span>', percent(obj.probability, 0), note)

    def offer(self, obj: Opportunity) -> Any:
        parts = [obj.offer_ref, exact_date(obj.offer_date) if obj.offer_date else ""]
        return format_html("{} {}", *parts) if any(parts) else ""

    def paper(self, obj: Opportunity) -> Any:
        """The contract or order as a link, where it is in the house and the person may see it."""
        found = paper_of(obj)
        seen = found is not None and can(self.request.user, "view", found)
        return link(found, obj.deal_paper or str(found)) if seen else obj.deal_paper

    def since(self, obj: Opportunity) -> Any:
        if obj.stage in CLOSED_STAGES:
            return ""
        today = timezone.localdate(self.at)
        days = (today - obj.stage_since).days
        limit = step_days(today).get(obj.stage)
        stalled = limit is not None and days >= limit
        return format_html(
            "{} {}", exact_date(obj.stage_since), pill(_("stalled"), "attention") if stalled else ""
        )

    def acts(self, obj: Opportunity) -> list[Act]:
        def act(label: Any, name: str, verb: str, **more: Any) -> Act:
            return Act(label, reverse(f"customers:opportunity_{name}", args=[obj.pk]), verb, **more)

        edit = act(_("Edit"), "edit", "edit")
        if obj.stage == Stage.LOST:
            return [act(_("Take it up again"), "reopen", "reopen", primary=True), edit]
        if obj.stage == Stage.WON:
            return [*self.papers(obj), edit]
        resting = obj.stage == Stage.ON_HOLD
        ready = obj.stage == Stage.NEGOTIATION
        acts = [
            act(_("Go on with it") if resting else _("Move on"), "move", "move", primary=not ready),
            act(_("Won"), "win", "win", primary=ready),
            act(_("Next step"), "next_step", "edit"),
            *(self.papers(obj) if ready else []),
            edit,
            act(_("Negotiation note"), "negotiate", "note"),
            act(_("Price concession"), "concede", "concede"),
            act(_("Put aside"), "hold", "hold"),
            act(_("Give to another person"), "assign", "assign"),
            act(_("Lost"), "lose", "lose", danger=True),
        ]
        return [a for a in acts if not (resting and a.verb in ("win", "hold"))]

    def papers(self, obj: Opportunity) -> list[Act]:
        """Contract and order are written from the deal, as long as it names none (OPP-07)."""
        if (
            obj.deal_paper
            or written_paper(obj)
            or obj.customer_id is None
            or not can(self.request.user, "edit", obj)
        ):
            return []
        allowed = [paper for paper in deal_papers if can(self.request.user, "add", paper.model)]
        return [Act(paper.label, paper.url(obj), "edit") for paper in allowed]


class OpportunityCreate(RecordCreateView):
    """``?customer=5`` fills the customer in."""

    model = Opportunity
    form_class = OpportunityForm
    title = _("New opportunity")

    def get_initial(self) -> dict[str, Any]:
        given = super().get_initial()
        customer = given.get("customer", "")
        if not is_key(customer):
            given.pop("customer", None)
        elif found := Customer.objects.visible_to(self.request.user, "open_deal").filter(pk=customer).first():
            given["currency"] = found.currency_id
        return {"next_step_on": timezone.localdate(self.at)} | given

    def perform(self, form: Any, *, actor: Any, at: Any) -> Opportunity:
        return opportunities.create_opportunity(actor=actor, at=at, lines=form.deal_lines(), **form.values())


class OpportunityEdit(RecordUpdateView):
    model = Opportunity
    form_class = OpportunityForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> Opportunity:
        lines = form.deal_lines() if form.lines is not None else None
        if lines == [] and not self.object.lines.exists():
            lines = None
        return opportunities.update_opportunity(
            actor=actor, at=at, opportunity=self.object, lines=lines, **form.values()
        )


class DealAct(ActionView):
    """An act on a deal; its form knows the deal and the step that the person saw."""

    model = Opportunity
    knows_deal = True

    def base_queryset(self) -> QuerySet:
        return Opportunity.objects.select_related("customer", "owner")

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return kwargs | {"deal": self.object} if self.knows_deal else kwargs

    def get_success_url(self, obj: Any) -> str:
        return self.object.get_absolute_url()

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [*self.list_crumb(), (self.object.title, self.object.get_absolute_url())]


class OpportunityMove(DealAct):
    form_class = MoveForm
    template_name = "ui/form.html"
    verb = "move"
    title = _("Move the opportunity")
    submit_label = _("Move")

    def get_explain(self, obj: Opportunity) -> Any:
        return _("“%(title)s” is in the step “%(stage)s”.") % {
            "title": obj.title,
            "stage": obj.get_stage_display(),
        }

    def get_success_url(self, obj: Any) -> str:
        if self.request.POST.get("back") == "board":
            return reverse("customers:opportunity_board") + self.board_query()
        return super().get_success_url(obj)

    def board_query(self) -> str:
        """The person or team whose board it was, as plain numbers."""
        kept = {k: v for k, v in self.request.POST.items() if k in ("owner", "team") and is_key(v)}
        return "?" + "&".join(f"{k}={v}" for k, v in kept.items()) if kept else ""

    def perform(self, obj: Opportunity, form: Any, *, actor: Any, at: Any) -> Opportunity:
        data = {k: v for k, v in form.cleaned_data.items() if k != "back"}
        if data["next_step"] == obj.next_step and data["next_step_on"] == obj.next_step_on:
            data |= {"next_step": "", "next_step_on": None}
        return deal_steps.move_opportunity(actor=actor, at=at, opportunity=obj, **data)


class OpportunityNextStep(DealAct):
    form_class = NextStepForm
    knows_deal = False
    template_name = "ui/form.html"
    verb = "edit"
    title = _("Next step")
    submit_label = _("Save")

    def get_initial(self) -> dict[str, Any]:
        return {"next_step": self.object.next_step, "next_step_on": self.object.next_step_on}

    def perform(self, obj: Opportunity, form: Any, *, actor: Any, at: Any) -> Opportunity:
        return opportunities.set_next_step(actor=actor, at=at, opportunity=obj, **form.cleaned_data)


class OpportunityWin(DealAct):
    form_class = WinForm
    template_name = "ui/form.html"
    verb = "win"
    title = _("The opportunity is won")
    submit_label = _("Won")
    explain = _(
        "Amount, owner and team are counted as of the day of the decision; the opportunity does not change any more."
    )

    def perform(self, obj: Opportunity, form: Any, *, actor: Any, at: Any) -> Opportunity:
        return deal_steps.win_opportunity(actor=actor, at=at, opportunity=obj, **form.cleaned_data)


class OpportunityLose(DealAct):
    form_class = LoseForm
    template_name = "ui/form.html"
    verb = "lose"
    title = _("The opportunity is lost")
    submit_label = _("Lost")
    danger = True
    explain = _(
        "The reason is what the department learns from; a lead or manager can take the opportunity up again."
    )

    def perform(self, obj: Opportunity, form: Any, *, actor: Any, at: Any) -> Opportunity:
        return deal_steps.lose_opportunity(actor=actor, at=at, opportunity=obj, **form.cleaned_data)


class OpportunityHold(DealAct):
    form_class = HoldForm
    template_name = "ui/form.html"
    verb = "hold"
    title = _("Put the opportunity aside")
    submit_label = _("Put aside")

    def perform(self, obj: Opportunity, form: Any, *, actor: Any, at: Any) -> Opportunity:
        return deal_steps.hold_opportunity(actor=actor, at=at, opportunity=obj, **form.cleaned_data)


class OpportunityReopen(DealAct):
    form_class = HoldForm
    template_name = "ui/form.html"
    verb = "reopen"
    title = _("Take it up again")
    submit_label = _("Take it up again")
    explain = _(
        "The opportunity goes back to the step in which it was lost; the figures of that month change."
    )

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        form = super().get_form(data, files)
        form.fields["reason"].label = _("Reason")
        form.fields["next_step_on"].label = _("Next step on")
        return form

    def perform(self, obj: Opportunity, form: Any, *, actor: Any, at: Any) -> Opportunity:
        return deal_steps.reopen_opportunity(actor=actor, at=at, opportunity=obj, **form.cleaned_data)


class OpportunityAssign(DealAct):
    form_class = PersonForm
    knows_deal = False
    verb = "assign"
    title = _("Give to another person")
    explain = _("Step, texts and history stay as they are.")

    def perform(self, obj: Opportunity, form: Any, *, actor: Any, at: Any) -> Opportunity:
        return opportunities.assign_opportunity(actor=actor, at=at, opportunity=obj, **form.cleaned_data)
