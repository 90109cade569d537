"""What hangs on a deal: people, competitors, negotiation notes, concessions; and the list of loss reasons."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.choices.deals import ConcessionState
from customers.filters.deals import ConcessionFilter, LossReasonFilter
from customers.forms.negotiation import (
    ConcessionForm,
    DealCompetitorForm,
    DecisionMakerForm,
    LossReasonForm,
    NegotiationForm,
)
from customers.models import (
    Concession,
    DealCompetitor,
    DecisionMaker,
    LossReason,
    NegotiationNote,
    Opportunity,
)
from customers.services import negotiation as services
from customers.services.reasons import save_loss_reason
from customers.tables.deals import ConcessionTable, LossReasonTable
from customers.views.opportunities import DealAct
from salesops.catalog.models import Product
from salesops.core.policies import can
from salesops.ui.marks import exact_date, pill
from salesops.ui.templatetags.ui import link, percent, price, quantity
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


class DealPersonSet(DealAct):
    form_class = DecisionMakerForm
    template_name = "ui/form.html"
    verb = "edit"
    title = _("Who decides")
    submit_label = _("Save")

    def perform(self, obj: Opportunity, form: Any, *, actor: Any, at: Any) -> DecisionMaker:
        return services.set_decision_maker(actor=actor, at=at, opportunity=obj, **form.cleaned_data)


class DealCompetitorSet(DealAct):
    form_class = DealCompetitorForm
    knows_deal = False
    template_name = "ui/form.html"
    verb = "edit"
    title = _("Competitor in the opportunity")
    submit_label = _("Save")

    def perform(self, obj: Opportunity, form: Any, *, actor: Any, at: Any) -> DealCompetitor:
        return services.set_competitor(actor=actor, at=at, opportunity=obj, **form.cleaned_data)


class OfDealRemove(ActionView):
    """Takes a person or a competitor out of a deal."""

    danger = True

    def base_queryset(self) -> QuerySet:
        return self.model._default_manager.select_related("opportunity")

    verb = "edit"

    def get_success_url(self, obj: Any) -> str:
        return self.object.opportunity.get_absolute_url()

    def get_cancel_url(self) -> str:
        return self.object.opportunity.get_absolute_url()

    def get_crumbs(self) -> list[tuple[Any, str]]:
        deal = self.object.opportunity
        return [(deal.title, deal.get_absolute_url())]


class DealPersonRemove(OfDealRemove):
    model = DecisionMaker
    title = _("Take out of the opportunity")

    def perform(self, obj: DecisionMaker, form: Any, *, actor: Any, at: Any) -> None:
        services.remove_decision_maker(actor=actor, at=at, maker=obj)


class DealCompetitorRemove(OfDealRemove):
    model = DealCompetitor
    title = _("Take out of the opportunity")

    def perform(self, obj: DealCompetitor, form: Any, *, actor: Any, at: Any) -> None:
        services.remove_competitor(actor=actor, at=at, rival=obj)


class OpportunityNegotiate(DealAct):
    form_class = NegotiationForm
    knows_deal = False
    template_name = "ui/form.html"
    verb = "note"
    title = _("Negotiation note")
    submit_label = _("Save")

    def perform(self, obj: Opportunity, form: Any, *, actor: Any, at: Any) -> NegotiationNote:
        return services.note_negotiation(actor=actor, at=at, opportunity=obj, **form.cleaned_data)


class OpportunityConcede(DealAct):
    form_class = ConcessionForm
    knows_deal = False
    template_name = "ui/form.html"
    verb = "concede"
    title = _("Price concession")
    submit_label = _("Ask")

    def get_explain(self, obj: Opportunity) -> Any:
        return _("A price in %(currency)s. What you may not grant yourself is asked of those who may.") % {
            "currency": obj.currency_id
        }

    def perform(self, obj: Opportunity, form: Any, *, actor: Any, at: Any) -> Concession:
        return services.ask_concession(actor=actor, at=at, opportunity=obj, **form.cleaned_data)


class ConcessionList(RecordListView):
    model = Concession
    stacked = True
    table_class = ConcessionTable
    filterset_class = ConcessionFilter
    default_sort = "-date"
    empty_title = _("No price concession yet.")
    empty_text = _("They are asked for on the page of an opportunity.")

    def base_queryset(self) -> QuerySet:
        return Concession.objects.select_related("opportunity", "product")


class ConcessionPage(RecordDetailView):
    model = Concession

    def base_queryset(self) -> QuerySet:
        return Concession.objects.select_related("opportunity__customer", "product", "created_by")

    def facts(self, obj: Concession) -> list[tuple[Any, Any]]:
        deal = obj.opportunity
        floor = can(self.request.user, "view_cost", Product)
        below = pill(_("under the floor price"), "bad") if obj.below_floor else ""
        return [
            (_("Opportunity"), link(deal)),
            (_("Customer"), link(deal.customer) if deal.customer else ""),
            (_("Product"), link(obj.product)),
            (_("Unit price"), f"{price(obj.price)} {obj.currency_id}"),
            (_("Quantity"), quantity(obj.quantity) if obj.quantity is not None else ""),
            (_("List price"), price(obj.list_price) if obj.list_price is not None else ""),
            (_("Floor price"), price(obj.floor_price) if floor and obj.floor_price is not None else ""),
            (_("Discount"), percent(obj.discount)),
            (_("Floor"), below),
            (_("Why"), obj.reason),
            (_("Asked on"), exact_date(obj.date)),
            (_("Asked by"), obj.created_by),
        ]

    def acts(self, obj: Concession) -> list[Act]:
        if obj.state != ConcessionState.PENDING:
            return []
        url = reverse("customers:concession_withdraw", args=[obj.pk])
        return [Act(_("Withdraw"), url, "withdraw")]


class ConcessionWithdraw(ActionView):
    model = Concession
    verb = "withdraw"
    title = _("Withdraw")
    explain = _("The request that waits ends; nothing is granted.")

    def perform(self, obj: Concession, form: Any, *, actor: Any, at: Any) -> Concession:
        return services.withdraw_concession(actor=actor, at=at, concession=obj)


class LossReasonList(RecordListView):
    model = LossReason
    stacked = True
    table_class = LossReasonTable
    filterset_class = LossReasonFilter
    default_sort = "position"
    add_url_name = "customers:lossreason_create"
    add_label = _("New reason")


class LossReasonPage(RecordDetailView):
    model = LossReason
    state_field = ""

    def facts(self, obj: LossReason) -> list[tuple[Any, Any]]:
        return [
            (_("Code"), obj.code),
            (_("Place in the list"), obj.position),
            (_("Offered in forms"), _("yes") if obj.is_active else _("no")),
        ]

    def acts(self, obj: LossReason) -> list[Act]:
        return [Act(_("Edit"), reverse("customers:lossreason_edit", args=[obj.pk]), "edit", primary=True)]


class LossReasonCreate(RecordCreateView):
    model = LossReason
    form_class = LossReasonForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> LossReason:
        return save_loss_reason(actor=actor, at=at, **form.cleaned_data)


class LossReasonEdit(RecordUpdateView):
    model = LossReason
    form_class = LossReasonForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> LossReason:
        return save_loss_reason(actor=actor, at=at, reason=self.object, **form.cleaned_data)
