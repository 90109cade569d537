"""Receptions: list, page, plan, prepare, hold, close."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import ReceptionState
from customers.errors import ReceptionRefused
from customers.forms.receptions import ArrivedForm, CloseForm, ItineraryForm, PreparationsForm, ReceptionForm
from customers.forms.visits import CancelForm
from customers.models import Reception
from customers.selectors.promises import open_promises
from customers.services import receptions as services
from customers.services.reception_asks import require_budget
from customers.tables.visits import ReceptionTable
from salesops.core.errors import Conflict
from salesops.ui.marks import exact_date, person_mark
from salesops.ui.templatetags.ui import link, money
from salesops.ui.views import Act, ActionView, RecordCreateView, RecordDetailView, RecordListView
from salesops.ui.views.forms import RecordUpdateView
from salesops.work.choices import RequestState


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
            (pgettext_lazy("reception", "Budget"), self.budget(obj)),
            (_("Why cancelled"), obj.cancel_reason),
        ]

    def budget(self, obj: Reception) -> Any:
        """The amount, and whether it may be spent."""
        if obj.budget is None:
            return ""
        amount = format_html("{} {}", money(obj.budget), settings.BASE_CURRENCY)
        try:
            require_budget(obj, at=self.at)
        except ReceptionRefused as error:
            over = obj.state in (ReceptionState.CLOSED, ReceptionState.CANCELLED)
            return (
                amount
                if over
                else format_html('{}<br><small class="attention">{}</small>', amount, error.message)
            )
        return amount

    def acts(self, obj: Reception) -> list[Act]:
        def at(name: str) -> str:
            return reverse(f"customers:reception_{name}", args=[obj.pk])

        edit, cancel = (
            Act(_("Edit"), at("edit"), "edit"),
            Act(_("Call off"), at("cancel"), "prepare", danger=True),
        )
        lines = [Act(_("Preparations"), at("points"), "edit"), Act(_("Itinerary"), at("stops"), "edit")]
        return {
            ReceptionState.PLANNED: [
                Act(_("Ask the units"), at("prepare"), "prepare", primary=True),
                edit,
                *lines,
                cancel,
            ],
            ReceptionState.PREPARING: [
                Act(_("The guests are here"), at("arrived"), "prepare", primary=True),
                edit,
                *lines,
                cancel,
            ],
            ReceptionState.ARRIVED: [
                Act(pgettext_lazy("reception", "Close"), at("close"), "prepare", primary=True),
                edit,
                *lines,
            ],
        }.get(ReceptionState(obj.state), [])

    def get_context(self, obj: Reception) -> dict[str, Any]:
        items = list(obj.items.select_related("unit", "done_by", "task__owner", "request__owner"))
        stops = list(obj.stops.select_related("unit", "request__owner"))
        return {
            "reception": obj,
            "items": items,
            "stops": stops,
            "declined": [item for item in (*items, *stops) if _is_declined(item)],
            "done": sum(1 for item in items if item.done_at),
            "promises": open_promises(self.request.user, obj.customer),
            "at": self.at,
        }


def _is_declined(thing: Any) -> bool:
    """A unit that was asked said no; the host has to look for another way."""
    return thing.request is not None and thing.request.state == RequestState.DECLINED


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


class ReceptionLines(RecordUpdateView):
    """The points or the stops of a reception, all on one page."""

    model = Reception

    def base_queryset(self) -> Any:
        return Reception.objects.select_related("customer", "owner")

    def prepare(self) -> None:
        super().prepare()
        if self.object.state in (ReceptionState.CLOSED, ReceptionState.CANCELLED):
            raise Conflict(_("This reception is over."))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"reception": self.object}

    def get_initial(self) -> dict[str, Any]:
        return {}


class ReceptionPoints(ReceptionLines):
    form_class = PreparationsForm
    title = _("Preparations")
    explain = _(
        "A point of another unit becomes a request to it, one without a unit a task of the host. While the "
        "reception is prepared, new points are asked for at once and struck-out ones taken back."
    )

    def perform(self, form: Any, *, actor: Any, at: Any) -> Reception:
        return services.set_points(
            actor=actor, at=at, reception=self.object, **form.cleaned_data | form.values()
        )


class ReceptionStops(ReceptionLines):
    form_class = ItineraryForm
    title = _("Itinerary")
    explain = _("A unit that is named is asked to agree to the stop, a day before it begins.")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Reception:
        return services.set_stops(
            actor=actor, at=at, reception=self.object, **form.cleaned_data | form.values()
        )


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
    form_class = ArrivedForm
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
