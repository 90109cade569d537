"""Pages of disputes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from receivables import services
from receivables.filters.disputes import DisputeFilter
from receivables.forms.disputes import DisputeForm, FollowForm, SettleForm
from receivables.models import Dispute, Receivable
from receivables.panels.disputes import dispute_pill
from receivables.tables.disputes import DisputeTable
from salesops.ui.links import record_url
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import Act, ActionView, RecordDetailView, RecordListView


class DisputeList(RecordListView):
    """Open disputes, unless one asks for the settled ones."""

    model, table_class, filterset_class = Dispute, DisputeTable, DisputeFilter
    default_sort = "-opened_date"
    empty_title = _("Nothing is disputed")
    empty_text = _("A dispute is written down on the page of the open item.")

    def base_queryset(self) -> QuerySet:
        return Dispute.objects.select_related("receivable", "customer", "follower")


class DisputeDetail(RecordDetailView):
    model, state_field = Dispute, ""

    def base_queryset(self) -> QuerySet:
        return Dispute.objects.select_related(
            "receivable", "customer", "follower", "credit_note", "created_by"
        )

    def get_title(self, obj: Dispute) -> Any:
        return _("Dispute about %(number)s") % {"number": obj.receivable}

    def get_subtitle(self, obj: Dispute) -> str:
        return str(obj.customer)

    def get_context(self, obj: Dispute) -> dict[str, Any]:
        return {"state": dispute_pill(obj)}

    def facts(self, obj: Dispute) -> list[tuple[Any, Any]]:
        item = obj.receivable
        return [
            (_("Receivable"), link(item)),
            (_("Customer"), link(obj.customer)),
            (capfirst(Dispute._meta.get_field("category").verbose_name), obj.get_category_display()),
            (_("Disputed amount"), money(obj.amount, item.currency_id)),
            (_("Outstanding"), money(item.outstanding, item.currency_id)),
            (_("What the customer objects to"), obj.words),
            (_("Disputed since"), exact(obj.opened_date)),
            (_("Written down by"), person(obj.created_by) if obj.created_by else ""),
            (_("Who follows it"), person(obj.follower) if obj.follower else ""),
            (_("Next step"), obj.next_step),
            (_("Next step by"), obj.next_date and exact(obj.next_date)),
            (_("How it ended"), obj.get_resolution_display()),
            (_("Outcome"), obj.outcome),
            (_("Settled on"), obj.resolved_date and exact(obj.resolved_date)),
            (_("Credit note"), link(obj.credit_note) if obj.credit_note else ""),
        ]

    def acts(self, obj: Dispute) -> list[Act]:
        if obj.resolved_date:
            return []
        settle = reverse("receivables:receivable_resolve", args=[obj.receivable_id])
        return [
            Act(_("Next step"), reverse("receivables:dispute_follow", args=[obj.pk]), "follow", primary=True),
            Act(_("Resolve dispute"), settle, "resolve"),
        ]


class DisputeFollow(ActionView):
    model, verb, form_class, check_version = Dispute, "follow", FollowForm, True
    locks_first = ("receivable",)
    title = _("Next step")

    def get_explain(self, obj: Dispute) -> Any:
        return obj.words

    def get_initial(self) -> dict[str, Any]:
        names = ("follower", "next_step", "next_date")
        return {name: getattr(self.object, name) for name in names} | super().get_initial()

    def perform(self, obj: Dispute, form: Any, *, actor: Any, at: Any) -> Dispute:
        return services.follow_dispute(actor=actor, dispute=obj, at=at, **form.cleaned_data)


class ReceivableDispute(ActionView):
    model, verb, form_class = Receivable, "dispute", DisputeForm
    title = _("Mark as disputed")
    explain = _(
        "A disputed item is left out of reminders and of oldest-first allocation until it is resolved."
    )

    def get_initial(self) -> dict[str, Any]:
        return {"opened_date": timezone.localdate(self.at), "category": "other", **super().get_initial()}

    def perform(self, obj: Receivable, form: Any, *, actor: Any, at: Any) -> Dispute:
        return services.open_dispute(actor=actor, receivable=obj, dispute=form.dispute(), at=at)


class ReceivableResolve(ActionView):
    model, verb, form_class = Receivable, "resolve", SettleForm
    title = _("Resolve dispute")
    explain = _("The outcome is written to the timeline; the item is reminded and allocated again.")

    def get_initial(self) -> dict[str, Any]:
        return {"resolved_date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, obj: Receivable, form: Any, *, actor: Any, at: Any) -> Receivable:
        data = form.cleaned_data
        return services.resolve_dispute(
            actor=actor, receivable=obj, outcome=data["reason"], resolution=data["resolution"],
            resolved_date=data["resolved_date"], at=at,
        )  # fmt: skip

    def get_success_url(self, obj: Any) -> str:
        return record_url(self.object)
