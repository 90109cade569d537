"""Pages of the register."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from contracts import services
from contracts.choices import ContractKind, ContractState
from contracts.filters import ContractFilter
from contracts.forms import AnnotateForm, ContractForm, ReasonForm, TerminateForm
from contracts.models import Contract
from contracts.tables import ContractTable
from customers.models import Opportunity
from customers.papers_of_deals import FromDeal
from salesops.core.errors import Conflict
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


class ContractList(RecordListView):
    model, table_class, filterset_class = Contract, ContractTable, ContractFilter
    totals = {"base_amount": _("Amount in base currency")}
    add_url_name = "contracts:contract_create"
    add_label = _("New contract")
    empty_title = _("No contracts here yet")
    empty_text = _("Enter the first one, or import the register from a spreadsheet.")

    def base_queryset(self) -> QuerySet:
        return Contract.objects.select_related("customer", "owner", "team", "payment_term")


class ContractWriting(RecordCreateView):
    model, form_class, title = Contract, ContractForm, _("New contract")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Contract:
        return services.create_contract(actor=actor, data=services.ContractInput(**form.cleaned_data), at=at)


class ContractRenewal(ContractWriting):
    """``?renews=5``: with what the contract of before says, from the day after its end."""

    def renewed(self) -> Contract | None:
        text = self.request.GET.get("renews", "")
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            return None
        return Contract.objects.visible_to(self.request.user).filter(pk=int(text)).first()

    def get_initial(self) -> dict[str, Any]:
        old = self.renewed()
        if old is None:
            return super().get_initial()
        begins = old.end_date + timedelta(days=1) if old.end_date else None
        names = (
            "customer",
            "subject",
            "kind",
            "amount",
            "currency",
            "payment_term",
            "our_party",
            "their_signatory",
        )
        return {name: getattr(old, name) for name in names} | {"start_date": begins} | super().get_initial()

    def perform(self, form: Any, *, actor: Any, at: Any) -> Contract:
        data = services.ContractInput(**form.cleaned_data, renews=self.renewed())
        return services.create_contract(actor=actor, data=data, at=at)


class ContractCreate(FromDeal, ContractRenewal):
    """``?deal=5``: with what the deal says; the deal names the contract afterwards."""

    def from_deal(self, deal: Opportunity) -> dict[str, Any]:
        return {
            "customer": deal.customer_id, "subject": deal.title, "amount": deal.amount, "currency": deal.currency_id,
        }  # fmt: skip


class ContractUpdate(RecordUpdateView):
    model, form_class = Contract, ContractForm

    def prepare(self) -> None:
        super().prepare()
        if self.object.state != ContractState.DRAFT:
            raise Conflict(
                _("A contract in force is not changed."),
                way_out=_("Enter an amendment as a contract of its own."),
            )

    def perform(self, form: Any, *, actor: Any, at: Any) -> Contract:
        return services.update_contract(
            actor=actor,
            contract=self.object,
            version=self.object.version,
            data=services.ContractInput(**form.cleaned_data),
            at=at,
        )


class ContractDetail(RecordDetailView):
    model = Contract

    def base_queryset(self) -> QuerySet:
        return Contract.objects.select_related(
            "customer", "owner", "team", "payment_term", "renews", "acceptance"
        )

    def renewals(self, obj: Contract) -> Any:
        rows = obj.renewals.visible_to(self.request.user).exclude(state=ContractState.VOID).order_by("pk")
        return format_html_join(", ", "{}", ((link(row),) for row in rows))

    def get_subtitle(self, obj: Contract) -> str:
        return obj.subject

    def facts(self, obj: Contract) -> list[tuple[Any, Any]]:
        return [
            (_("Customer"), link(obj.customer)),
            (_("Kind"), obj.get_kind_display()),
            (_("Amount"), money(obj.amount, obj.currency_id) if obj.amount else ""),
            (
                _("In base currency"),
                money(obj.base_amount) if obj.base_rate != 1 and obj.amount else "",
            ),
            (_("Signed on"), obj.signed_date and exact(obj.signed_date)),
            (_("Effective from"), obj.start_date and exact(obj.start_date)),
            (_("Expires on"), obj.end_date and exact(obj.end_date)),
            (_("Payment terms"), obj.payment_term),
            (_("Our party"), obj.our_party),
            (_("Their signatory"), obj.their_signatory),
            (_("Renews"), link(obj.renews) if obj.renews else ""),
            (_("Renewed by"), self.renewals(obj)),
            (_("Original"), obj.original_place),
            (_("Owner"), person(obj.owner)),
            (_("Team"), obj.team),
            (_("Why it ended"), obj.end_reason),
            (_("Remarks"), obj.remarks),
        ]

    def plan_acts(self, obj: Contract) -> list[Act]:
        """Plan and acceptance, where the contract names an amount."""
        acts = []
        if obj.kind != ContractKind.FRAMEWORK:
            acts.append(Act(_("Payment plan"), reverse("contracts:contract_plan", args=[obj.pk]), "plan"))
        if obj.state == ContractState.EFFECTIVE and not hasattr(obj, "acceptance"):
            acts.append(
                Act(_("Record acceptance"), reverse("contracts:contract_accept", args=[obj.pk]), "accept")
            )
        return acts

    def acts(self, obj: Contract) -> list[Act]:
        def act(label: Any, page: str, verb: str, **more: Any) -> Act:
            return Act(label, reverse(f"contracts:contract_{page}", args=[obj.pk]), verb, **more)

        acts = []
        renew = Act(_("Renew"), f"{reverse('contracts:contract_create')}?renews={obj.pk}", "annotate")
        if obj.state == ContractState.DRAFT:
            acts = [
                act(_("Put in force"), "activate", "activate", primary=True),
                act(_("Edit"), "edit", "edit"),
                *self.plan_acts(obj),
                act(_("Void"), "void", "void", danger=True),
            ]
        elif obj.state == ContractState.EFFECTIVE:
            acts = [
                act(_("Complete"), "complete", "complete", primary=True),
                *self.plan_acts(obj),
                renew,
                act(_("Terminate"), "terminate", "terminate", danger=True),
            ]
        elif obj.state != ContractState.VOID:
            acts = [renew]
        return [*acts, act(_("Remarks and original"), "annotate", "annotate")]


class ContractAct(ActionView):
    model = Contract
    check_version = True


class ContractActivate(ContractAct):
    verb, title = "activate", _("Put in force")
    explain = _(
        "The contract takes effect: it gets its number, amount and rate are fixed, and orders can be placed "
        "under it. Afterwards it is not changed any more."
    )

    def perform(self, obj: Contract, form: Any, *, actor: Any, at: Any) -> Contract:
        return services.activate_contract(actor=actor, contract=obj, at=at)


class ContractComplete(ContractAct):
    verb, title = "complete", _("Complete")
    explain = _("Both sides have done what they owed. No orders can be placed under it afterwards.")

    def perform(self, obj: Contract, form: Any, *, actor: Any, at: Any) -> Contract:
        return services.complete_contract(actor=actor, contract=obj, at=at)


class ContractTerminate(ContractAct):
    verb, title, danger = "terminate", _("Terminate"), True
    form_class = TerminateForm
    explain = _("The contract ends before its time. No orders can be placed under it afterwards.")

    def get_initial(self) -> dict[str, Any]:
        return {"end_date": timezone.localdate(self.at)}

    def perform(self, obj: Contract, form: Any, *, actor: Any, at: Any) -> Contract:
        return services.terminate_contract(actor=actor, contract=obj, at=at, **form.cleaned_data)


class ContractVoid(ContractAct):
    verb, title, danger = "void", _("Void"), True
    form_class = ReasonForm
    explain = _("The draft is dropped for good. A number it has stays taken.")

    def perform(self, obj: Contract, form: Any, *, actor: Any, at: Any) -> Contract:
        return services.void_contract(actor=actor, contract=obj, at=at, **form.cleaned_data)


class ContractAnnotate(RecordUpdateView):
    model, form_class, verb, title = Contract, AnnotateForm, "annotate", _("Remarks and original")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Contract:
        return services.annotate_contract(actor=actor, contract=self.object, at=at, **form.cleaned_data)
