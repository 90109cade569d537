"""Partners in research and the talks with them (MKT)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.filters.research import PartnerFilter
from customers.forms.research import (
    PartnerForm,
    TalkForm,
)
from customers.models import Partner, PartnerTalk
from customers.services import partners
from customers.tables.research import PartnerTable
from customers.views.studies import day_of
from salesops.ui.marks import exact_date, person_mark, pill
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


class PartnerList(RecordListView):
    model = Partner
    stacked = True
    table_class = PartnerTable
    filterset_class = PartnerFilter
    default_sort = "next_talk_on"
    add_url_name = "customers:partner_create"
    add_label = _("New partner")
    empty_title = _("No partner on file yet.")

    def base_queryset(self) -> QuerySet:
        return Partner.objects.select_related("owner")


class PartnerPage(RecordDetailView):
    model = Partner
    template_name = "customers/partner_detail.html"
    state_field = ""

    def base_queryset(self) -> QuerySet:
        return Partner.objects.select_related("owner", "team")

    def facts(self, obj: Partner) -> list[tuple[Any, Any]]:
        due = obj.is_active and obj.next_talk_on <= timezone.localdate(self.at)
        return [
            (_("Kind"), obj.get_kind_display()),
            (pgettext_lazy("partner", "Person to talk to"), obj.contact),
            (pgettext_lazy("partner", "Agreement"), obj.agreement),
            (_("Agreed from"), exact_date(obj.agreed_from)),
            (_("Agreed until"), day_of(obj.agreed_to)),
            (_("Last talk"), day_of(obj.last_talk_on)),
            (_("Next talk due"), exact_date(obj.next_talk_on) if obj.is_active else ""),
            (_("Talk due"), pill(pgettext_lazy("partner talk", "due"), "attention") if due else ""),
            (_("Responsible"), person_mark(obj.owner)),
            (_("Team"), obj.team),
            (_("Active"), "" if obj.is_active else _("no")),
        ]

    def acts(self, obj: Partner) -> list[Act]:
        return [
            Act(
                _("Write down a talk"), reverse("customers:partner_talk", args=[obj.pk]), "talk", primary=True
            ),
            Act(_("Edit"), reverse("customers:partner_edit", args=[obj.pk]), "edit"),
        ]

    def get_context(self, obj: Partner) -> dict[str, Any]:
        talks = PartnerTalk.objects.visible_to(self.request.user).filter(partner=obj)
        return {
            "sections": [
                (_("Our rights, their duties"), obj.rights),
                (_("Our duties, their rights"), obj.duties),
            ],
            "talks": list(talks.select_related("owner")[:50]),
        }


class PartnerCreate(RecordCreateView):
    model = Partner
    form_class = PartnerForm
    title = _("New partner")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Partner:
        return partners.save_partner(actor=actor, at=at, **form.cleaned_data)


class PartnerEdit(RecordUpdateView):
    model = Partner
    form_class = PartnerForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> Partner:
        return partners.save_partner(actor=actor, at=at, partner=self.object, **form.cleaned_data)


class PartnerTalks(ActionView):
    model = Partner
    verb = "talk"
    form_class = TalkForm
    template_name = "ui/form.html"
    title = _("Write down a talk")
    submit_label = _("Save")

    def perform(self, obj: Partner, form: Any, *, actor: Any, at: Any) -> Partner:
        return partners.talk_to_partner(actor=actor, at=at, partner=obj, **form.cleaned_data).partner
