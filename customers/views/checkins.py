"""Checking in, the place of a customer, and the checklists of the kinds."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.forms.checkins import AcceptPlaceForm, CheckInForm, ChecklistForm, PlaceForm
from customers.models import Checklist, Customer, Visit
from customers.services.checkins import accept_place, check_in, set_place
from customers.services.checklists import publish_checklist
from customers.tables.visits import ChecklistTable
from customers.views.visits import VisitAct
from salesops.core.errors import Conflict
from salesops.core.keys import is_key
from salesops.ui.marks import person_mark, pill
from salesops.ui.views import Act, ActionView, RecordCreateView, RecordDetailView, RecordListView


class VisitCheckInView(VisitAct):
    form_class = CheckInForm
    verb = "log"
    title = _("Check in")
    submit_label = _("Check in")
    check_version = False

    def get_explain(self, obj: Visit) -> Any:
        return _("%(customer)s. The device is asked where it is; only this moment is written down.") % {
            "customer": obj.customer.name
        }

    def get_initial(self) -> dict[str, Any]:
        return {}

    def perform(self, obj: Visit, form: Any, *, actor: Any, at: Any) -> Visit:
        check_in(actor=actor, at=at, visit=obj, **form.values())
        return obj


class VisitAcceptPlace(VisitAct):
    """The position of a check-in becomes the place of the customer."""

    form_class = AcceptPlaceForm
    verb = "accept_place"
    title = _("Take this position as the customer's place")
    submit_label = _("Take it")
    check_version = False

    def base_queryset(self) -> Any:
        return super().base_queryset().select_related("check_in")

    def prepare(self) -> None:
        super().prepare()
        if not hasattr(self.object, "check_in") or self.object.check_in.latitude is None:
            raise Conflict(_("This check-in has no position."))

    def get_explain(self, obj: Visit) -> Any:
        return _("Later check-ins are measured from there.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"customer": self.object.customer}

    def perform(self, obj: Visit, form: Any, *, actor: Any, at: Any) -> Visit:
        accept_place(actor=actor, at=at, visit=obj, **form.cleaned_data)
        return obj


class CustomerPlaceSet(ActionView):
    model = Customer
    form_class = PlaceForm
    verb = "edit"
    title = _("Where this customer is")
    submit_label = _("Save")
    explain = _(
        "Check-ins are measured from here. Enter the coordinates as a map service shows them (WGS 84)."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"customer": self.object}

    def get_initial(self) -> dict[str, Any]:
        place = self.object.places.filter(address__isnull=True).first()
        return {"latitude": place.latitude, "longitude": place.longitude} if place else {}

    def perform(self, obj: Customer, form: Any, *, actor: Any, at: Any) -> Customer:
        set_place(actor=actor, at=at, customer=obj, **form.cleaned_data)
        return obj


class ChecklistList(RecordListView):
    model = Checklist
    table_class = ChecklistTable
    add_url_name = "customers:checklist_create"
    add_label = _("Write a checklist")
    default_sort = "kind"
    empty_title = _("No checklist yet.")

    def base_queryset(self) -> Any:
        return Checklist.objects.filter(is_current=True).annotate(points=Count("items"))


class ChecklistPage(RecordDetailView):
    model = Checklist
    state_field = ""
    template_name = "customers/checklist_detail.html"

    def get_title(self, obj: Checklist) -> Any:
        return _("Checklist: %(kind)s") % {"kind": obj.get_kind_display()}

    def get_subtitle(self, obj: Checklist) -> Any:
        return _("Version %(number)s") % {"number": obj.number}

    def facts(self, obj: Checklist) -> list[tuple[Any, Any]]:
        return [
            (_("In use"), pill(_("yes"), "good") if obj.is_current else pill(_("no"), "plain")),
            (_("Remarks"), obj.note),
            (_("Written by"), person_mark(obj.created_by) if obj.created_by else ""),
        ]

    def acts(self, obj: Checklist) -> list[Act]:
        url = reverse("customers:checklist_create") + f"?from={obj.pk}"
        return [Act(_("Write the next version"), url, "edit", primary=True)]

    def get_context(self, obj: Checklist) -> dict[str, Any]:
        return {
            "items": list(obj.items.select_related("unit")),
            "versions": list(Checklist.objects.filter(kind=obj.kind).order_by("-number")[:20]),
        }


class ChecklistCreate(RecordCreateView):
    model = Checklist
    form_class = ChecklistForm
    title = _("Write a checklist")
    submit_label = _("Publish")
    explain = _(
        "It replaces the checklist of its kind from now on; what was answered before stays as it was."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        text = self.request.GET.get("from", "")
        base = None
        if text:
            if not is_key(text):
                raise Http404
            base = Checklist.objects.visible_to(self.request.user).filter(pk=text).first()
        return super().get_form_kwargs() | {"base": base}

    def get_initial(self) -> dict[str, Any]:
        return {}

    def perform(self, form: Any, *, actor: Any, at: Any) -> Checklist:
        return publish_checklist(actor=actor, at=at, **form.values())
