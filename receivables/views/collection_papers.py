"""Letters, instalment plans, the legal stage, limits, and the evidence pack."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Contact
from receivables.choices import LegalState, LetterState
from receivables.filters.collection_papers import LegalFilter, LetterFilter, LimitationFilter, PlanFilter
from receivables.forms.collection_papers import (
    EvidenceForm,
    LegalEndForm,
    LegalEventForm,
    LegalForm,
    LetterForm,
    PlanForm,
    ReceiptNoteForm,
)
from receivables.models import (
    CollectionCase,
    CollectionLetter,
    InstalmentPlan,
    LegalEvent,
    LegalStage,
    Receivable,
)
from receivables.selectors.limitation import limited
from receivables.services import evidence, legal, letters, plans
from receivables.tables.collection_papers import LegalTable, LetterTable, LimitationTable, PlanTable
from receivables.views.collection import ACTS, CaseActing
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import Act, ActionView, RecordDetailView, RecordListView
from salesops.ui.views.base import HouseView


class CaseLetter(CaseActing):
    form_class, title = LetterForm, _("Send a letter")
    template_name = "receivables/letter_form.html"
    explain = _("The letter of the case's level over all undisputed overdue items; it gets its number now.")

    def get_initial(self) -> dict[str, Any]:
        customer = self.object.customer
        contact = Contact.objects.visible_to(self.request.user).filter(
            customer=customer, is_primary=True, left=False
        )
        own = customer.owner_id == self.request.user.pk
        found = contact.first()
        return {
            "language": letters.language_of(customer),
            "address": found.email if own and found else "",
            **super().get_initial(),
        }

    def get_context(self) -> dict[str, Any]:
        """The words as they would go out."""
        language = self.request.GET.get("language", "") or letters.language_of(self.object.customer)
        if language not in letters.LANGUAGES:
            raise Http404
        found = letters.draft(
            self.object, language=language, number="CK-…", actor=self.request.user, at=self.at
        )
        return {"draft": found, "paragraphs": found.body.split("\n\n")}

    def perform(self, obj: CollectionCase, form: Any, *, actor: Any, at: Any) -> CollectionLetter:
        return letters.send_letter(actor=actor, case=obj, at=at, **form.cleaned_data)

    def get_success_url(self, obj: Any) -> str:
        return obj.get_absolute_url()


class CasePlan(CaseActing):
    form_class, title = PlanForm, _("Propose an instalment plan")
    explain = _(
        "Over all undisputed overdue items of a currency; lead and finance accept it. Due dates stay as they are."
    )

    def get_initial(self) -> dict[str, Any]:
        return {"currency": self.object.customer.currency, **super().get_initial()}

    def perform(self, obj: CollectionCase, form: Any, *, actor: Any, at: Any) -> InstalmentPlan:
        data = form.cleaned_data
        return plans.propose_plan(
            actor=actor,
            case=obj,
            currency=data["currency"],
            parts=form.parts(),
            agreed_with=data["agreed_with"],
            note=data["note"],
            at=at,
        )

    def get_success_url(self, obj: Any) -> str:
        return obj.get_absolute_url()


class CaseLegal(CaseActing):
    verb, form_class, title = "assign", LegalForm, _("Hand over to legal")
    explain = _("After the final notice, or when the customer refuses. Legal is told.")

    def perform(self, obj: CollectionCase, form: Any, *, actor: Any, at: Any) -> LegalStage:
        return legal.hand_to_legal(actor=actor, case=obj, at=at, **form.cleaned_data)

    def get_success_url(self, obj: Any) -> str:
        return obj.get_absolute_url()


class CaseEvidence(CaseActing):
    form_class, title = EvidenceForm, _("Evidence pack")
    explain = _(
        "Contracts, orders, deliveries, items, tax invoices, statements, letters, promises and contacts with their files."
    )

    def perform(self, obj: CollectionCase, form: Any, *, actor: Any, at: Any) -> Any:
        self.ending = form.cleaned_data["form"]
        return evidence.build_pack(actor=actor, case=obj, at=at, **form.cleaned_data)

    def done(self, obj: Any) -> HttpResponseBase:
        name = f"evidence {self.object.customer.code} {timezone.localdate(self.at)}.{self.ending}"
        kind = {"pdf": "application/pdf"}.get(self.ending, "application/zip")
        return FileResponse(obj, as_attachment=True, filename=name, content_type=kind)


ACTS |= {"letter": CaseLetter, "plan": CasePlan, "legal": CaseLegal, "evidence": CaseEvidence}


class LetterList(RecordListView):
    model, table_class, filterset_class = CollectionLetter, LetterTable, LetterFilter
    default_sort = "-date"
    title = _("Demand letters")
    empty_title = _("No letter went out yet")

    def base_queryset(self) -> QuerySet:
        return CollectionLetter.objects.select_related("case__customer", "sent_by")


class LetterPage(RecordDetailView):
    model = CollectionLetter

    def base_queryset(self) -> QuerySet:
        return CollectionLetter.objects.select_related("case__customer", "sent_by")

    def facts(self, obj: CollectionLetter) -> list[tuple[Any, Any]]:
        return [
            (_("Collection case"), link(obj.case)),
            (_("Level"), obj.get_level_display()),
            (_("Date"), exact(obj.date)),
            (_("Last day to pay"), exact(obj.deadline)),
            (_("Overdue"), " + ".join(obj.totals)),
            (_("Way"), obj.get_way_display()),
            (_("Sent to"), obj.address),
            (_("Sent by"), person(obj.sent_by) if obj.sent_by else ""),
            (_("Tracking number"), obj.tracking),
            (_("Received or back on"), exact(obj.answered_date) if obj.answered_date else ""),
            (_("Proof of receipt"), obj.proof),
            (pgettext_lazy("of a letter", "Subject"), obj.subject),
            (_("Text"), obj.body),
        ]

    def acts(self, obj: CollectionLetter) -> list[Act]:
        if obj.state != LetterState.SENT:
            return []
        url = reverse("receivables:collectionletter_receipt", args=[obj.pk])
        return [Act(_("Received or back"), url, "chase", primary=True)]


class LetterReceipt(ActionView):
    model, verb, form_class = CollectionLetter, "chase", ReceiptNoteForm
    title = _("Received or back")
    template_name = "ui/form.html"

    def base_queryset(self) -> QuerySet:
        return CollectionLetter.objects.select_related("case__customer")

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate(self.at), "state": LetterState.RECEIVED, **super().get_initial()}

    def perform(self, obj: CollectionLetter, form: Any, *, actor: Any, at: Any) -> CollectionLetter:
        return letters.note_receipt(actor=actor, letter=obj, at=at, **form.cleaned_data)


class PlanList(RecordListView):
    model, table_class, filterset_class = InstalmentPlan, PlanTable, PlanFilter
    default_sort = "-asked_date"
    title = _("Instalment plans")
    empty_title = _("No plan was agreed yet")

    def base_queryset(self) -> QuerySet:
        return InstalmentPlan.objects.select_related("case__customer")


class PlanPage(RecordDetailView):
    model = InstalmentPlan

    def base_queryset(self) -> QuerySet:
        return InstalmentPlan.objects.select_related("case__customer", "created_by")

    def facts(self, obj: InstalmentPlan) -> list[tuple[Any, Any]]:
        today = timezone.localdate(self.at)
        return [
            (_("Collection case"), link(obj.case)),
            (_("Total"), money(obj.total, obj.currency_id)),
            (_("Paid"), money(plans.paid_of(obj, until=today), obj.currency_id)),
            (_("Due until today"), money(plans.due_of(obj, until=today), obj.currency_id)),
            (pgettext_lazy("person at the customer", "Agreed with"), obj.agreed_with),
            (_("Agreed on"), exact(obj.asked_date)),
            (_("What was agreed"), obj.note),
            (_("Entered by"), person(obj.created_by) if obj.created_by else ""),
            (_("Judged on"), exact(obj.judged_date) if obj.judged_date else ""),
        ]


class LegalList(RecordListView):
    model, table_class, filterset_class = LegalStage, LegalTable, LegalFilter
    default_sort = "-handed_date"
    title = _("Legal stages")
    empty_title = _("Legal has no case")

    def base_queryset(self) -> QuerySet:
        return LegalStage.objects.select_related("case__customer")


class LegalPage(RecordDetailView):
    model = LegalStage

    def base_queryset(self) -> QuerySet:
        return LegalStage.objects.select_related("case__customer", "created_by")

    def facts(self, obj: LegalStage) -> list[tuple[Any, Any]]:
        return [
            (_("Collection case"), link(obj.case)),
            (_("Claim"), money(obj.amount_base)),
            (_("Handed over on"), exact(obj.handed_date)),
            (_("Lawyer or firm"), obj.counsel),
            (_("Court"), obj.court),
            (_("Number of the court case"), obj.reference),
            (_("Next court date"), exact(obj.next_date) if obj.next_date else ""),
            (_("Costs"), money(obj.costs)),
            (_("Ended on"), exact(obj.ended_date) if obj.ended_date else ""),
            (_("Ended as"), obj.get_end_display() if obj.end else ""),
            (_("Result"), obj.result),
        ]

    def acts(self, obj: LegalStage) -> list[Act]:
        if obj.state == LegalState.ENDED:
            return []
        place = "receivables:legalstage_act"
        pack = reverse("receivables:collectioncase_act", args=[obj.case_id, "evidence"])
        return [
            Act(
                _("Write down what happened"),
                reverse(place, args=[obj.pk, "event"]),
                "litigate",
                primary=True,
            ),
            Act(_("End the legal stage"), reverse(place, args=[obj.pk, "end"]), "litigate"),
            Act(_("Evidence pack"), pack, "chase"),
        ]


class LegalActing(ActionView):
    model, verb = LegalStage, "litigate"
    template_name = "ui/form.html"

    def base_queryset(self) -> QuerySet:
        return LegalStage.objects.select_related("case__customer")

    def get_success_url(self, obj: Any) -> str:
        return self.object.get_absolute_url()


class LegalNote(LegalActing):
    form_class, title = LegalEventForm, _("Write down what happened")

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate(self.at), "amount": 0, **super().get_initial()}

    def perform(self, obj: LegalStage, form: Any, *, actor: Any, at: Any) -> LegalEvent:
        return legal.note_event(actor=actor, stage=obj, at=at, **form.cleaned_data)


class LegalEnding(LegalActing):
    form_class, title = LegalEndForm, _("End the legal stage")

    def perform(self, obj: LegalStage, form: Any, *, actor: Any, at: Any) -> LegalStage:
        return legal.end_stage(actor=actor, stage=obj, at=at, **form.cleaned_data)


class LegalAct(HouseView):
    """The act that the url names."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        view = {"event": LegalNote, "end": LegalEnding}.get(kwargs.pop("act"))
        if view is None:
            raise Http404
        return view.as_view()(request, *args, **kwargs)


class LimitationList(RecordListView):
    """Open items by the day on which they become time-barred, the nearest first."""

    model, table_class, filterset_class = Receivable, LimitationTable, LimitationFilter
    title = _("Limitation")
    intro = _(
        "Counted from the last provable demand, acknowledgement or payment; overdue for more than half a year."
    )
    default_sort = "due_date"
    empty_title = _("Nothing is near its limit")

    def base_queryset(self) -> QuerySet:
        today = timezone.localdate(self.at)
        rows = limited(None, today).filter(due_date__lt=today - timedelta(days=182))
        return rows.select_related("customer", "owner")
