"""Postings that wait for a second person: credit notes and what else takes money away from what is owed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from receivables import services
from receivables.choices import EntryState
from receivables.filters import PostingFilter
from receivables.forms import MendCreditNoteForm
from receivables.models import PostingEntry, WaitingPosting
from receivables.tables import PostingTable
from salesops.approvals.choices import ActionKind, RequestState
from salesops.approvals.models import ApprovalRequest, Decision
from salesops.approvals.selectors import open_request
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import Act, ActionView, RecordDetailView, RecordListView


def may_mend(entry: WaitingPosting, user: Any) -> bool:
    """Was it returned to this person?"""
    request = open_request(entry, entry.approval_key) if entry.state == EntryState.ENTERED else None
    if request is None or request.state != RequestState.RETURNED:
        return False
    return user.pk in (request.applicant_id, request.created_by_id)


def said_of(entry: WaitingPosting) -> str:
    """Who returned an entry, and with which words."""
    about = ApprovalRequest.objects.about(entry)
    said = Decision.objects.filter(request__in=about, action=ActionKind.RETURNED).last()
    return f"{said.who}: {said.comment}" if said else ""


class PostingList(RecordListView):
    model, table_class, filterset_class = PostingEntry, PostingTable, PostingFilter
    default_sort = "-date"
    empty_title = _("Nothing waits for a second person")
    empty_text = _("What the handbook lets only two people post stands here until it is accepted.")

    def base_queryset(self) -> QuerySet:
        return PostingEntry.objects.select_related("customer", "created_by", "receivable", "credit_note")


class PostingPage(RecordDetailView):
    model = PostingEntry

    def base_queryset(self) -> QuerySet:
        return PostingEntry.objects.select_related(
            "customer", "owner", "team", "created_by", "accepted_by", "receivable", "credit_note"
        )

    def get_title(self, obj: PostingEntry) -> Any:
        return _("%(kind)s of %(customer)s") % {"kind": obj.get_kind_display(), "customer": obj.customer}

    def facts(self, obj: PostingEntry) -> list[tuple[Any, Any]]:
        return [
            (_("Number"), obj.number),
            (_("Customer"), link(obj.customer)),
            (_("Amount"), money(obj.amount, obj.currency_id)),
            (_("In base currency"), money(obj.base_amount)),
            (_("Date"), exact(obj.date)),
            (_("For receivable"), link(obj.receivable) if obj.receivable else ""),
            (_("Reason"), obj.reason),
            (_("Why more than the item"), obj.beyond_reason),
            (_("Entered by"), person(obj.created_by)),
            (_("Accepted by"), person(obj.accepted_by)),
            (_("Posted as"), link(obj.posted) if obj.posted else ""),
        ]

    def acts(self, obj: PostingEntry) -> list[Act]:
        if not may_mend(obj, self.request.user):
            return []
        url = reverse("receivables:postingentry_mend", args=[obj.pk])
        return [Act(_("Correct and hand in again"), url, "enter", primary=True)]


class PostingMend(ActionView):
    """A returned entry, with what was typed; saved it goes back to who returned it."""

    asks_again, check_version = True, True
    model, verb, form_class = PostingEntry, "enter", MendCreditNoteForm
    title = submit_label = _("Correct and hand in again")

    def base_queryset(self) -> QuerySet:
        return PostingEntry.objects.select_related("customer", "currency", "receivable")

    def get_explain(self, obj: PostingEntry) -> Any:
        return said_of(obj) or super().get_explain(obj)

    def get_initial(self) -> dict[str, Any]:
        names = ("customer", "receivable", "date", "amount", "currency", "reason", "beyond_reason")
        return {name: getattr(self.object, name) for name in names}

    def perform(self, obj: PostingEntry, form: Any, *, actor: Any, at: Any) -> PostingEntry:
        return services.mend_credit_entry(
            actor=actor,
            entry=obj,
            credit_note=form.credit_note(),
            comment=form.cleaned_data["comment"],
            at=at,
        )
