"""Postings that wait for a second person: credit notes and what else takes money away from what is owed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables import services
from receivables.choices import EntryState, PostingKind
from receivables.filters import PostingFilter
from receivables.forms import MendCreditNoteForm, MendRefundForm, MendWriteOffForm
from receivables.forms.retention import MendReleaseForm
from receivables.models import PostingEntry, WaitingPosting
from receivables.tables import PostingTable
from salesops.approvals.choices import ActionKind, RequestState
from salesops.approvals.models import ApprovalRequest, Decision
from salesops.approvals.selectors import open_request
from salesops.core.masking import mask_account
from salesops.core.policies import can
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
        return PostingEntry.objects.select_related(
            "customer",
            "created_by",
            "receivable",
            "credit_note",
            "refund",
            "adjustment",
            "release__receivable",
        )


class PostingPage(RecordDetailView):
    model = PostingEntry

    def base_queryset(self) -> QuerySet:
        return PostingEntry.objects.select_related(
            "customer", "owner", "team", "created_by", "accepted_by", "receivable", "credit_note", "refund",
            "adjustment", "release__receivable", "from_receipt", "from_credit_note",
        )  # fmt: skip

    def get_title(self, obj: PostingEntry) -> Any:
        return _("%(kind)s of %(customer)s") % {"kind": obj.get_kind_display(), "customer": obj.customer}

    def facts(self, obj: PostingEntry) -> list[tuple[Any, Any]]:
        source = obj.from_receipt or obj.from_credit_note
        full = can(self.request.user, "view_sensitive", obj)
        return [
            (_("Number"), obj.number),
            (_("Customer"), link(obj.customer)),
            (_("Amount"), money(obj.amount, obj.currency_id)),
            (_("In base currency"), money(obj.base_amount)),
            (_("Date"), exact(obj.date)),
            (_("For receivable"), link(obj.receivable) if obj.receivable else ""),
            (_("Reason"), obj.reason),
            (_("Why more than the item"), obj.beyond_reason),
            (_("Evidence"), obj.evidence),
            (pgettext_lazy("money that goes back", "Out of"), link(source) if source else ""),
            (_("To the account"), obj.bank_account if full else mask_account(obj.bank_account)),
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
    model, verb = PostingEntry, "enter"
    title = submit_label = _("Correct and hand in again")

    def base_queryset(self) -> QuerySet:
        return PostingEntry.objects.select_related(
            "customer", "currency", "receivable", "from_receipt", "from_credit_note"
        )

    def prepare(self) -> None:
        super().prepare()
        self.form_class = FORMS[self.object.kind]

    def get_explain(self, obj: PostingEntry) -> Any:
        return said_of(obj) or super().get_explain(obj)

    def get_initial(self) -> dict[str, Any]:
        fields = self.form_class.base_fields
        if self.object.kind == PostingKind.RELEASE:
            return {"due_date": self.object.date, "reason": self.object.reason}
        return {name: getattr(self.object, name) for name in fields if hasattr(self.object, name)}

    def perform(self, obj: PostingEntry, form: Any, *, actor: Any, at: Any) -> PostingEntry:
        data = form.cleaned_data
        common = {"actor": actor, "entry": obj, "comment": data["comment"], "at": at}
        if obj.kind == PostingKind.CREDIT_NOTE:
            return services.mend_credit_entry(credit_note=form.credit_note(), **common)
        if obj.kind == PostingKind.RELEASE:
            release = services.NewRelease(obj.receivable, data["due_date"], data["reason"])
            return services.mend_release(release=release, **common)
        typed = (data["amount"], data["date"], data["reason"])
        if obj.kind == PostingKind.WRITE_OFF:
            new = services.NewWriteOff(obj.receivable, *typed, data["evidence"], data["files"])
            return services.mend_write_off(write_off=new, **common)
        refund = services.NewRefund(
            obj.from_receipt or obj.from_credit_note, *typed, data["bank_account"], data["files"]
        )
        return services.mend_refund(refund=refund, **common)


FORMS = {
    PostingKind.CREDIT_NOTE: MendCreditNoteForm,
    PostingKind.REFUND: MendRefundForm,
    PostingKind.WRITE_OFF: MendWriteOffForm,
    PostingKind.RELEASE: MendReleaseForm,
}
