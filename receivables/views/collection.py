"""Collection: the work queue, a case, what is done to it, contacts and promises."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Contact
from customers.selectors import family_of
from receivables.choices import CaseState, StepState
from receivables.filters.collection import ActionFilter, CaseFilter, PromiseFilter
from receivables.forms.collection import AssignForm, LogForm, OverrideForm, PauseForm, PromiseForm
from receivables.forms.ledger import ReasonForm
from receivables.models import CollectionAction, CollectionCase, CollectionOverride, Promise, Receivable
from receivables.services import collection, ladders, promises
from receivables.tables.collection import ActionTable, CaseTable, PromiseTable
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import Act, ActionView, RecordDetailView, RecordListView
from salesops.ui.views.base import HouseView


class CaseList(RecordListView):
    """The work queue; keys: j k move, c contact, p promise, l letter, s snooze."""

    model, table_class, filterset_class = CollectionCase, CaseTable, CaseFilter
    template_name = "receivables/collection_queue.html"
    default_sort = "-overdue_base"
    title = _("Collection")
    totals = {"overdue_base": _("Overdue in base currency")}
    empty_title = _("Nobody is to be chased")
    empty_text = _(
        "The daily run opens a case where something is overdue beyond the tolerance of the ladder."
    )

    def base_queryset(self) -> QuerySet:
        own = Contact.objects.filter(
            customer=OuterRef("customer"), is_primary=True, left=False, customer__owner=self.request.user
        )
        dial = Subquery(own.filter(phone__startswith="+").values("phone")[:1])
        rows = CollectionCase.objects.select_related("customer", "owner", "team")
        return rows.annotate(dial=dial)

    def get_context(self) -> dict[str, Any]:
        asked = self.request.GET.get("turn", "")
        views = (
            ("", _("All")),
            ("mine", _("Mine to do")),
            ("today", _("Due today")),
            ("promise", _("Promise today")),
            ("silent", _("No contact")),
        )
        return {"quick": [(key, label, key == asked) for key, label in views]}


class CasePage(RecordDetailView):
    """One customer: what is overdue, what was done, what comes next."""

    model = CollectionCase

    def base_queryset(self) -> QuerySet:
        return CollectionCase.objects.select_related("customer", "owner", "team")

    def get_subtitle(self, obj: CollectionCase) -> Any:
        return obj.get_level_display()

    def facts(self, obj: CollectionCase) -> list[tuple[Any, Any]]:
        return [
            (_("Customer"), link(obj.customer)),
            (_("Level"), obj.get_level_display()),
            (_("Overdue"), money(obj.overdue_base)),
            (_("Overdue items"), obj.items or ""),
            (_("Oldest due date"), exact(obj.oldest_due) if obj.oldest_due else ""),
            (_("Holder"), person(obj.owner) if obj.owner else _("nobody")),
            (_("Next contact on"), exact(obj.next_date) if obj.next_date else ""),
            (_("Last contact"), exact(obj.last_contact) if obj.last_contact else _("none yet")),
            (_("Paused until"), exact(obj.paused_until) if obj.paused_until else ""),
            (_("Why it is paused"), obj.pause_reason),
            (_("Opened on"), exact(obj.opened_date)),
            (_("Times reopened"), obj.reopened or ""),
            (_("Case closed on"), exact(obj.closed_date) if obj.closed_date else ""),
            (_("Ended as"), obj.get_end_display() if obj.end else ""),
        ]

    def acts(self, obj: CollectionCase) -> list[Act]:
        if obj.state == CaseState.CLOSED:
            return []
        paused = obj.state == CaseState.PAUSED
        wanted = [
            ("log", "chase", True),
            ("promise", "chase", False),
            ("letter", "chase", False),
            ("plan", "chase", False),
            ("resume" if paused else "pause", "pause", False),
            ("assign", "assign", False),
            ("ladder", "assign", False),
            ("legal", "assign", False),
            ("evidence", "chase", False),
        ]
        if obj.steps.filter(state=StepState.PROPOSED).exists():
            wanted.append(("drop", "assign", False))
        return [
            Act(ACTS[act].title, reverse("receivables:collectioncase_act", args=[obj.pk, act]), verb, primary)
            for act, verb, primary in wanted
        ]


class CaseActing(ActionView):
    """An act on an open case."""

    model, verb = CollectionCase, "chase"
    template_name = "ui/form.html"

    def base_queryset(self) -> QuerySet:
        return CollectionCase.objects.select_related("customer", "owner")

    def get_success_url(self, obj: Any) -> str:
        return self.object.get_absolute_url()


class CaseLog(CaseActing):
    form_class, title = LogForm, _("Write a contact down")

    def get_explain(self, obj: CollectionCase) -> Any:
        step = collection.waiting_step(obj)
        if step is None:
            return super().get_explain(obj)
        return _("%(customer)s. Waiting step: %(level)s, %(way)s.") % {
            "customer": obj.customer,
            "level": step.get_level_display(),
            "way": step.get_channel_display(),
        }

    def perform(self, obj: CollectionCase, form: Any, *, actor: Any, at: Any) -> CollectionAction:
        return collection.log_action(actor=actor, case=obj, said=form.content(), at=at)


class CasePromise(CaseActing):
    form_class, title = PromiseForm, _("Write a promise down")
    explain = _(
        "Until it is due the customer is not chased. Who breaks it is told to the holder and the superior."
    )

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        form = super().get_form(data, files)
        items = Receivable.objects.visible_to(self.request.user).open()
        form.limit(items.filter(customer__in=family_of(self.object.customer)).order_by("due_date", "pk"))
        return form

    def get_initial(self) -> dict[str, Any]:
        currency = self.object.customer.currency
        late = Receivable.objects.open().filter(
            customer__in=family_of(self.object.customer),
            currency=currency,
            due_date__lt=timezone.localdate(self.at),
        )
        amount = sum(late.values_list("outstanding", flat=True)) or None
        return {"currency": currency, "amount": amount, **super().get_initial()}

    def perform(self, obj: CollectionCase, form: Any, *, actor: Any, at: Any) -> Promise:
        return promises.record_promise(actor=actor, case=obj, promise=form.content(), at=at)


class CasePause(CaseActing):
    verb, form_class, title = "pause", PauseForm, _("Pause until a day")

    def perform(self, obj: CollectionCase, form: Any, *, actor: Any, at: Any) -> CollectionCase:
        return collection.pause_case(actor=actor, case=obj, at=at, **form.cleaned_data)


class CaseResume(CaseActing):
    verb, title = "pause", _("End the pause")
    template_name = "ui/action.html"

    def perform(self, obj: CollectionCase, form: Any, *, actor: Any, at: Any) -> CollectionCase:
        return collection.resume_case(actor=actor, case=obj, at=at)


class CaseAssign(CaseActing):
    verb, form_class, title = "assign", AssignForm, _("Give to another holder")

    def perform(self, obj: CollectionCase, form: Any, *, actor: Any, at: Any) -> CollectionCase:
        return collection.assign_case(actor=actor, case=obj, owner=form.cleaned_data["owner"], at=at)


class CaseDrop(CaseActing):
    verb, form_class, title = "assign", ReasonForm, _("Leave the waiting step out")
    explain = _("The reason stays in the timeline; the next run proposes anew.")

    def perform(self, obj: CollectionCase, form: Any, *, actor: Any, at: Any) -> Any:
        return collection.drop_step(actor=actor, case=obj, reason=form.cleaned_data["reason"], at=at)


class CaseLadder(CaseActing):
    verb, form_class, title = "assign", OverrideForm, _("Exception from the ladder")
    explain = _("Another ladder for this customer, or none, with the reason; it begins today.")

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate(self.at)
        rows = CollectionOverride.objects.filter(customer=self.object.customer, from_date__lte=today)
        now = rows.exclude(until_date__lt=today).first()
        names = ("policy_code", "excluded", "reason")
        return {name: getattr(now, name) for name in names} if now else {}

    def perform(self, obj: CollectionCase, form: Any, *, actor: Any, at: Any) -> Any:
        return ladders.set_override(actor=actor, customer=obj.customer, at=at, **form.cleaned_data)


ACTS: dict[str, type[CaseActing]] = {
    "log": CaseLog,
    "promise": CasePromise,
    "pause": CasePause,
    "resume": CaseResume,
    "assign": CaseAssign,
    "drop": CaseDrop,
    "ladder": CaseLadder,
}


class CaseAct(HouseView):
    """The act that the url names."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        view = ACTS.get(kwargs.pop("act"))
        if view is None:
            raise Http404
        return view.as_view()(request, *args, **kwargs)


class ActionList(RecordListView):
    model, table_class, filterset_class = CollectionAction, ActionTable, ActionFilter
    default_sort = "-at"
    title = _("Contacts of collection")
    empty_title = _("No contact was written down yet")

    def base_queryset(self) -> QuerySet:
        return CollectionAction.objects.select_related("case__customer", "by")


class ActionPage(RecordDetailView):
    model, state_field = CollectionAction, ""

    def base_queryset(self) -> QuerySet:
        return CollectionAction.objects.select_related("case__customer", "by", "step")

    def facts(self, obj: CollectionAction) -> list[tuple[Any, Any]]:
        return [
            (_("Collection case"), link(obj.case)),
            (_("When"), exact(obj.at)),
            (_("Who"), person(obj.by)),
            (_("Way"), obj.get_channel_display()),
            (_("Somebody was reached"), _("yes") if obj.reached else _("no")),
            (_("Spoken to"), obj.contact),
            (_("What was said"), obj.said),
            (_("Why it is not paid"), obj.get_reason_display()),
            (_("What was agreed"), obj.agreed),
            (_("Next contact on"), exact(obj.next_date) if obj.next_date else ""),
            (_("Proof"), obj.proof),
            (_("Step of the ladder"), obj.step.get_level_display() if obj.step else ""),
        ]


class PromiseList(RecordListView):
    model, table_class, filterset_class = Promise, PromiseTable, PromiseFilter
    default_sort = "-due_date"
    title = _("Promises to pay")
    empty_title = _("Nobody has promised anything yet")

    def base_queryset(self) -> QuerySet:
        return Promise.objects.select_related("customer", "owner", "receivable")


class PromisePage(RecordDetailView):
    model = Promise

    def base_queryset(self) -> QuerySet:
        return Promise.objects.select_related("customer", "owner", "receivable", "case", "created_by")

    def facts(self, obj: Promise) -> list[tuple[Any, Any]]:
        return [
            (_("Customer"), link(obj.customer)),
            (_("Collection case"), link(obj.case)),
            (_("Amount"), money(obj.amount, obj.currency_id)),
            (_("Paid in time"), money(obj.paid, obj.currency_id) if obj.judged_date else ""),
            (_("To be paid until"), exact(obj.due_date)),
            (_("Promised on"), exact(obj.made_date)),
            (_("Who promised"), obj.person),
            (_("For the item"), link(obj.receivable) if obj.receivable else _("any")),
            (_("Proof"), obj.proof),
            (_("Holder"), person(obj.owner) if obj.owner else ""),
            (_("Judged on"), exact(obj.judged_date) if obj.judged_date else ""),
        ]

    def acts(self, obj: Promise) -> list[Act]:
        url = reverse("receivables:promise_withdraw", args=[obj.pk])
        return [Act(_("Withdraw"), url, "withdraw")]


class PromiseWithdraw(ActionView):
    model, verb, form_class = Promise, "withdraw", ReasonForm
    title = _("Withdraw the promise")
    explain = _(
        "Only for a promise written down by mistake, or replaced; it counts as neither kept nor broken."
    )

    def perform(self, obj: Promise, form: Any, *, actor: Any, at: Any) -> Promise:
        return promises.withdraw_promise(actor=actor, promise=obj, reason=form.cleaned_data["reason"], at=at)
