"""Requests between departments: list, page, ask, answer."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.handbook.selectors import rule
from salesops.ui.marks import exact_date, person_mark, pill
from salesops.ui.views import Act, ActionView, RecordDetailView, RecordListView
from salesops.work import services
from salesops.work.choices import RequestState
from salesops.work.forms import AnswerForm, AskAgainForm, ReasonForm, RequestForm
from salesops.work.models import DepartmentRequest
from salesops.work.tables import RequestFilter, RequestTable
from salesops.work.views.base import AboutCreate, linked_subject

_JOINED = ("asked_by", "owner", "to_team", "from_team")


class RequestList(RecordListView):
    model = DepartmentRequest
    table_class = RequestTable
    filterset_class = RequestFilter
    add_url_name = "work:departmentrequest_create"
    add_label = _("Ask a department")
    default_sort = "due_at"
    empty_title = _("No open request.")
    empty_text = _("What you ask another department, and what yours is asked, stands here.")

    def base_queryset(self) -> Any:
        return DepartmentRequest.objects.select_related(*_JOINED)


class RequestPage(RecordDetailView):
    model = DepartmentRequest
    template_name = "work/request_detail.html"

    def base_queryset(self) -> Any:
        return DepartmentRequest.objects.select_related(*_JOINED, "subject_type")

    def facts(self, obj: DepartmentRequest) -> list[tuple[Any, Any]]:
        late = pill(_("overdue"), "bad") if obj.is_waiting and obj.due_at < self.at else ""
        return [
            (_("Asked of"), obj.to_team),
            (_("Asked by"), person_mark(obj.asked_by)),
            (_("Asked from"), obj.from_team),
            (_("Asked at"), exact_date(obj.asked_at)),
            (_("Taken by"), person_mark(obj.owner) if obj.owner else ""),
            (pgettext_lazy("deadline", "Due"), exact_date(obj.due_at)),
            (pgettext_lazy("in time", "Late"), late),
            (_("About"), linked_subject(self.request.user, obj, obj.about)),
            (_("Answered"), exact_date(obj.answered_at) if obj.answered_at else ""),
        ]

    def acts(self, obj: DepartmentRequest) -> list[Act]:
        def at(name: str) -> str:
            return reverse(f"work:departmentrequest_{name}", args=[obj.pk])

        if obj.state == RequestState.ANSWERED:
            return [
                Act(_("Accept the answer"), at("accept"), "close", primary=True),
                Act(_("Send it back"), at("send_back"), "close"),
            ]
        if obj.state == RequestState.DECLINED:
            return [
                Act(_("Ask again"), at("again"), "close", primary=True),
                Act(_("Withdraw"), at("withdraw"), "withdraw", danger=True),
            ]
        if not obj.is_waiting:
            return []
        take = [] if obj.owner_id == self.request.user.pk else [Act(_("Take it on"), at("take"), "answer")]
        return [
            Act(_("Answer"), at("answer"), "answer", primary=True),
            *take,
            Act(_("Decline"), at("decline"), "answer", danger=True),
            Act(_("Withdraw"), at("withdraw"), "withdraw", danger=True),
        ]


class RequestCreate(AboutCreate):
    model = DepartmentRequest
    form_class = RequestForm
    title = _("Ask a department")
    submit_label = pgettext_lazy("request", "Ask")

    def get_initial(self) -> dict[str, Any]:
        days = rule("work.request_days", on=timezone.localdate(self.at))
        return {"due_at": self.in_workdays(days), **super().get_initial()}

    def perform(self, form: Any, *, actor: Any, at: Any) -> DepartmentRequest:
        return services.ask_department(actor=actor, at=at, subject=self.subject, **form.cleaned_data)


class RequestAct(ActionView):
    model = DepartmentRequest
    check_version = True

    def base_queryset(self) -> Any:
        return DepartmentRequest.objects.select_related(*_JOINED)


class RequestTake(RequestAct):
    verb = "answer"
    title = _("Take it on")
    explain = _("You become answerable for it; the others of your unit see that you have it.")

    def perform(self, obj: DepartmentRequest, form: Any, *, actor: Any, at: Any) -> DepartmentRequest:
        return services.take_request(actor=actor, at=at, request=obj)


class RequestAccept(RequestAct):
    verb = "close"
    title = _("Accept the answer")
    explain = _("The request is closed; its answer stays on file.")

    def perform(self, obj: DepartmentRequest, form: Any, *, actor: Any, at: Any) -> DepartmentRequest:
        return services.accept_answer(actor=actor, at=at, request=obj)


class WordedAct(RequestAct):
    """An act with words: ``service`` gets what the form holds."""

    template_name = "ui/form.html"
    service: Any = None

    def perform(self, obj: DepartmentRequest, form: Any, *, actor: Any, at: Any) -> DepartmentRequest:
        return type(self).service(actor=actor, at=at, request=obj, **form.cleaned_data)


class RequestAnswer(WordedAct):
    verb = "answer"
    form_class = AnswerForm
    title = pgettext_lazy("verb", "Answer")
    service = staticmethod(services.answer_request)


class RequestDecline(WordedAct):
    verb = "answer"
    form_class = ReasonForm
    title = _("Decline")
    danger = True
    service = staticmethod(services.decline_request)


class RequestSendBack(WordedAct):
    verb = "close"
    form_class = ReasonForm
    title = _("Send it back")
    service = staticmethod(services.send_back)


class RequestAgain(WordedAct):
    verb = "close"
    form_class = AskAgainForm
    title = _("Ask again")
    service = staticmethod(services.ask_again)


class RequestWithdraw(WordedAct):
    verb = "withdraw"
    form_class = ReasonForm
    title = _("Withdraw")
    danger = True
    service = staticmethod(services.withdraw_request)


TONES = {
    RequestState.NEW: "info",
    RequestState.TAKEN: "attention",
    RequestState.ANSWERED: "good",
    RequestState.CLOSED: "plain",
    RequestState.DECLINED: "bad",
    RequestState.CANCELLED: "plain",
}
