"""Leads: list, page, form, acts."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.deals import LeadState
from customers.filters.deals import LeadFilter
from customers.forms.leads import ConvertForm, DuplicateLeadForm, LeadForm, ScreenForm
from customers.forms.parts import NoteForm, PersonForm, ReasonForm
from customers.identifiers import show_phone
from customers.masking import mask_email, mask_phone, sees_plain
from customers.models import Lead, Opportunity
from customers.services import lead_conversion, lead_pool, leads
from customers.tables.deals import LeadTable
from salesops.core.policies import can
from salesops.ui.marks import exact_date, person_mark, pill
from salesops.ui.templatetags.ui import link, money
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


class LeadList(RecordListView):
    """Leads with the pool; the key-development list is the one with a score (OPP-02)."""

    model = Lead
    stacked = True
    table_class = LeadTable
    filterset_class = LeadFilter
    template_name = "customers/lead_list.html"
    add_url_name = "customers:lead_create"
    add_label = _("New lead")
    default_sort = "-created_date"
    sensitive = True
    reads = (
        "name", "state", "source", "contact_name", "score", "owner__name", "owner__username", "created_date",
        "touched_date",
    )  # fmt: skip
    empty_title = _("No lead yet.")
    empty_text = _("Take in the first one, or import the list of a fair.")

    def base_queryset(self) -> Any:
        return Lead.objects.select_related("owner", "team", "campaign")


class LeadPage(RecordDetailView):
    model = Lead

    def base_queryset(self) -> Any:
        return Lead.objects.select_related(
            "owner", "team", "campaign", "referrer", "customer", "product", "opportunity"
        )

    def get_subtitle(self, obj: Lead) -> Any:
        return obj.number

    def facts(self, obj: Lead) -> list[tuple[Any, Any]]:
        user = self.request.user
        own = sees_plain(user, obj)
        deal = getattr(obj, "opportunity", None)
        return [
            (_("Owner"), person_mark(obj.owner) if obj.owner else pill(_("in the pool"), "info")),
            (_("Team"), obj.team),
            (_("Source"), obj.get_source_display()),
            (_("Campaign or exhibition"), link(obj.campaign) if obj.campaign else ""),
            (
                _("Recommended by"),
                link(obj.referrer) if obj.referrer and can(user, "view", obj.referrer) else "",
            ),
            (_("Contact person"), " · ".join(part for part in (obj.contact_name, obj.contact_title) if part)),
            (_("Phone"), self.phone(obj, own)),
            (_("E-mail"), obj.email if own else mask_email(obj.email)),
            (_("Region"), " · ".join(part for part in (obj.region, obj.country) if part)),
            (_("Industry"), obj.industry),
            (_("Address"), obj.address),
            (
                _("Potential a year"),
                money(obj.potential, obj.currency_id) if obj.potential is not None else "",
            ),
            (_("Product of interest"), link(obj.product) if obj.product else ""),
            (_("Score"), obj.score),
            (_("Result of the screening"), obj.screening),
            (_("Received on"), exact_date(obj.created_date)),
            (_("First contact"), exact_date(obj.contacted_date) if obj.contacted_date else ""),
            (_("Last worked on"), exact_date(obj.touched_date)),
            (_("Decided on"), exact_date(obj.closed_date) if obj.closed_date else ""),
            (_("Why"), obj.reason),
            (_("Customer"), link(obj.customer) if obj.customer and can(user, "view", obj.customer) else ""),
            (_("Opportunity"), link(deal) if deal is not None and can(user, "view", deal) else ""),
            (_("Remarks"), obj.remarks),
        ]

    def phone(self, obj: Lead, own: bool) -> Any:
        if not obj.phone or not own:
            return mask_phone(obj.phone)
        shown = show_phone(obj.phone)
        return format_html('<a href="tel:{}">{}</a>', obj.phone, shown) if obj.phone[:1] == "+" else shown

    def acts(self, obj: Lead) -> list[Act]:
        def act(label: Any, name: str, verb: str, **more: Any) -> Act:
            return Act(label, reverse(f"customers:lead_{name}", args=[obj.pk]), verb, **more)

        if obj.state in (LeadState.DUPLICATE, LeadState.DISQUALIFIED):
            return [act(_("Take it up again"), "reopen", "reopen", primary=True)]
        if obj.state == LeadState.QUALIFIED:
            return []
        assign = act(_("Give to another person"), "assign", "assign")
        if obj.owner is None:
            return [act(_("Take it"), "claim", "claim", primary=True), assign]
        return [
            act(_("Make it a customer"), "convert", "convert", primary=True),
            act(_("Log a contact"), "contact", "contact"),
            act(_("Screen it"), "screen", "screen"),
            act(_("Edit"), "edit", "edit"),
            assign,
            act(_("Back to the pool"), "release", "release"),
            act(_("It is a duplicate"), "duplicate", "rule_out"),
            act(_("Rule it out"), "rule_out", "rule_out", danger=True),
        ]

    def get_context(self, obj: Lead) -> dict[str, Any]:
        return {"lead": obj}

    template_name = "customers/lead_detail.html"


class LeadCreate(RecordCreateView):
    model = Lead
    form_class = LeadForm
    title = _("New lead")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Lead:
        return leads.create_lead(actor=actor, at=at, **form.cleaned_data)


class LeadEdit(RecordUpdateView):
    model = Lead
    form_class = LeadForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> Lead:
        return leads.update_lead(actor=actor, at=at, lead=self.object, **form.cleaned_data)


class LeadAct(ActionView):
    model = Lead
    check_version = True

    def base_queryset(self) -> Any:
        return Lead.objects.select_related("owner", "customer")


class LeadContact(LeadAct):
    form_class = NoteForm
    template_name = "ui/form.html"
    verb = "contact"
    title = _("Log a contact")
    submit_label = _("Save")

    def perform(self, obj: Lead, form: Any, *, actor: Any, at: Any) -> Lead:
        return leads.contact_lead(actor=actor, at=at, lead=obj, **form.cleaned_data)


class LeadScreen(LeadAct):
    form_class = ScreenForm
    template_name = "ui/form.html"
    verb = "screen"
    title = _("Screen the lead")
    submit_label = _("Save")
    explain = _(
        "Judge the need and what the market holds: the score makes the list of leads to be developed first."
    )

    def get_initial(self) -> dict[str, Any]:
        return {"score": self.object.score, "screening": self.object.screening}

    def perform(self, obj: Lead, form: Any, *, actor: Any, at: Any) -> Lead:
        return leads.screen_lead(actor=actor, at=at, lead=obj, **form.cleaned_data)


class LeadConvert(LeadAct):
    form_class = ConvertForm
    template_name = "ui/form.html"
    verb = "convert"
    title = _("Make it a customer")
    submit_label = _("Open customer and opportunity")
    explain = _(
        "Customer, contact person and the first opportunity are opened together; need, score, tasks, files and comments go along."
    )

    def get_initial(self) -> dict[str, Any]:
        return {
            "title": self.object.product.name if self.object.product else self.object.name,
            "next_step_on": timezone.localdate(self.at),
        }

    def perform(self, obj: Lead, form: Any, *, actor: Any, at: Any) -> Opportunity:
        return lead_conversion.convert_lead(actor=actor, at=at, lead=obj, **form.cleaned_data)


class LeadRuleOut(LeadAct):
    form_class = ReasonForm
    verb = "rule_out"
    title = _("Rule it out")
    danger = True
    explain = _("The lead stays on file with the reason and can be taken up again.")

    def perform(self, obj: Lead, form: Any, *, actor: Any, at: Any) -> Lead:
        return leads.rule_out_lead(actor=actor, at=at, lead=obj, **form.cleaned_data)


class LeadDuplicate(LeadAct):
    form_class = DuplicateLeadForm
    verb = "rule_out"
    title = _("It is a duplicate")
    explain = _("Say of which customer or lead; the lead stays on file.")

    def perform(self, obj: Lead, form: Any, *, actor: Any, at: Any) -> Lead:
        return leads.mark_duplicate(actor=actor, at=at, lead=obj, **form.cleaned_data)


class LeadReopen(LeadAct):
    form_class = ReasonForm
    verb = "reopen"
    title = _("Take it up again")

    def perform(self, obj: Lead, form: Any, *, actor: Any, at: Any) -> Lead:
        return leads.reopen_lead(actor=actor, at=at, lead=obj, **form.cleaned_data)


class LeadClaim(LeadAct):
    verb = "claim"
    check_version = False
    title = _("Take it")
    submit_label = pgettext_lazy("lead", "Take it")
    explain = _("The lead is yours from now on; of two who take it at once, one gets it.")

    def perform(self, obj: Lead, form: Any, *, actor: Any, at: Any) -> Lead:
        return lead_pool.claim_lead(actor=actor, at=at, lead=obj)


class LeadAssign(LeadAct):
    form_class = PersonForm
    verb = "assign"
    title = _("Give to another person")

    def perform(self, obj: Lead, form: Any, *, actor: Any, at: Any) -> Lead:
        return lead_pool.assign_lead(actor=actor, at=at, lead=obj, **form.cleaned_data)


class LeadRelease(LeadAct):
    form_class = ReasonForm
    verb = "release"
    title = _("Back to the pool")
    explain = _("Others may take the lead then.")

    def perform(self, obj: Lead, form: Any, *, actor: Any, at: Any) -> Lead:
        return lead_pool.release_lead(actor=actor, at=at, lead=obj, **form.cleaned_data)
