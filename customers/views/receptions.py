"""Receptions: list, page, plan, prepare, hold, close."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import ReceptionState
from customers.forms.receptions import CloseForm, ReceptionForm
from customers.forms.visits import CancelForm
from customers.models import Reception
from customers.selectors.promises import open_promises
from customers.services import receptions as services
from customers.tables.visits import ReceptionTable
from salesops.ui.marks import exact_date, person_mark
from salesops.ui.templatetags.ui import link
from salesops.ui.views import Act, ActionView, RecordCreateView, RecordDetailView, RecordListView
from salesops.ui.views.forms import RecordUpdateView


class ReceptionList(RecordListView):
    model = Reception
    table_class = ReceptionTable
    add_url_name = "customers:reception_create"
    add_label = _("Plan a reception")
    default_sort = "-arrival"
    empty_title = _("No reception yet.")
    empty_text = _("Plan one when a customer comes to us; the checklist comes with it.")

    def base_queryset(self) -> Any:
        return Reception.objects.select_related("customer", "owner", "team")


class ReceptionPage(RecordDetailView):
    model = Reception
    template_name = "customers/reception_detail.html"

    def base_queryset(self) -> Any:
        return Reception.objects.select_related("customer", "owner", "team")

    def get_title(self, obj: Reception) -> Any:
        return _("Reception: %(customer)s") % {"customer": obj.customer}

    def get_subtitle(self, obj: Reception) -> Any:
        return obj.number

    def facts(self, obj: Reception) -> list[tuple[Any, Any]]:
        return [
            (_("Customer"), link(obj.customer, obj.customer.name)),
            (_("Host"), person_mark(obj.owner)),
            (_("Arrival"), exact_date(obj.arrival)),
            (_("Departure"), exact_date(obj.departure) if obj.departure else ""),
            (pgettext_lazy("reception", "Level"), obj.get_level_display()),
            (pgettext_lazy("visit", "Purpose"), obj.purpose),
            (_("Flight and pick-up"), obj.flight),
            (_("Hotel"), obj.hotel),
            (_("Meeting room"), obj.room),
            (_("Diet and customs"), obj.diet),
            (_("Why cancelled"), obj.cancel_reason),
        ]

    def acts(self, obj: Reception) -> list[Act]:
        def at(name: str) -> str:
            return reverse(f"customers:reception_{name}", args=[obj.pk])

        edit, cancel = (
            Act(_("Edit"), at("edit"), "edit"),
            Act(_("Call off"), at("cancel"), "prepare", danger=True),
        )
        return {
            ReceptionState.PLANNED: [
                Act(_("Ask the units"), at("prepare"), "prepare", primary=True),
                edit,
                cancel,
            ],
            ReceptionState.PREPARING: [
                Act(_("The guests are here"), at("arrived"), "prepare", primary=True),
                edit,
                cancel,
            ],
            ReceptionState.ARRIVED: [
                Act(pgettext_lazy("reception", "Close"), at("close"), "prepare", primary=True),
                edit,
            ],
        }.get(ReceptionState(obj.state), [])

    def get_context(self, obj: Reception) -> dict[str, Any]:
        items = list(obj.items.select_related("unit", "done_by", "task__owner", "request"))
        return {
            "reception": obj,
            "items": items,
            "done": sum(1 for item in items if item.done_at),
            "promises": open_promises(self.request.user, obj.customer),
            "at": self.at,
        }


class ReceptionCreate(RecordCreateView):
    model = Reception
    form_class = ReceptionForm
    title = _("Plan a reception")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Reception:
        return services.plan_reception(actor=actor, at=at, **form.values())


class ReceptionEdit(RecordUpdateView):
    model = Reception
    form_class = ReceptionForm
    title = _("Edit reception")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Reception:
        return services.change_reception(actor=actor, at=at, reception=self.object, **form.values())


class ReceptionAct(ActionView):
    model = Reception
    verb = "prepare"
    check_version = True
    act = ""

    def perform(self, obj: Reception, form: Any, *, actor: Any, at: Any) -> Reception:
        fields = form.cleaned_data if form is not None else {}
        return getattr(services, self.act)(actor=actor, at=at, reception=obj, **fields)


class ReceptionPrepare(ReceptionAct):
    act = "prepare_reception"
    title = _("Ask the units")
    explain = _("Each point becomes a request to its unit, or a task of the host, due before the arrival.")


class ReceptionArrived(ReceptionAct):
    act = "guests_arrived"
    title = _("The guests are here")


class ReceptionClose(ReceptionAct):
    act = "close_reception"
    form_class = CloseForm
    title = pgettext_lazy("reception", "Close")
    explain = _("It counts as a contact with the customer.")


class ReceptionCancel(ReceptionAct):
    act = "cancel_reception"
    form_class = CancelForm
    title = _("Call off")
    danger = True
    explain = _("The reception stays on file as cancelled.")
