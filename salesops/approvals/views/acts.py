"""What one does with a request: decide, withdraw, hand in again, ask more people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.approvals import services
from salesops.approvals.choices import RequestState
from salesops.approvals.forms import CommentForm, DecideForm, PersonForm, ReasonForm
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services.locked import require_state, seat_of
from salesops.approvals.showing import change_lines, fact_lines
from salesops.core.errors import Conflict
from salesops.ui.views import ActionView


class RequestAct(ActionView):
    """An act on a request; the version that was read goes along, so that nobody overtakes unseen."""

    model = ApprovalRequest
    form_class: Any = CommentForm
    check_version = True

    def base_queryset(self) -> QuerySet:
        return ApprovalRequest.objects.select_related("applicant", "created_by", "team", "flow", "route")

    def refuse_stale(self, form: Any) -> None:
        """The service compares the version and tells who was faster."""

    def seen_version(self) -> int | None:
        text = self.request.POST.get("form_version", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


class Decide(RequestAct):
    """Approve, return or reject; the same form stands on the request's page."""

    verb, form_class, title = "view", DecideForm, gettext_lazy("Decide")
    template_name = "approvals/decide.html"
    asks_again = True

    def prepare(self) -> None:
        """The form stands only before who may decide now; others are told who does, or who was faster."""
        super().prepare()
        if self.request.method != "POST":
            require_state(self.object, RequestState.PENDING)
            seat_of(self.request.user, self.object, at=self.at)

    def get_context(self) -> dict[str, Any]:
        """What is decided on stands above the form, as it is now."""
        facts = fact_lines(self.object, self.request.user)
        return {"facts": facts, "changes": change_lines(self.object, self.request.user)}

    def get_initial(self) -> dict[str, Any]:
        return {"action": self.request.GET.get("action", "approve")}

    def perform(self, obj: ApprovalRequest, form: Any, *, actor: Any, at: Any) -> ApprovalRequest:
        if self.seen_version() is None:
            raise Conflict(_("Nobody decides on what was not shown."), way_out=_("Open the request."))
        done = services.decide(
            actor=actor, at=at, request=obj, version=self.seen_version(), **form.cleaned_data
        )
        if done.state == RequestState.VOID:
            why = done.decisions.order_by("-pk").first()
            text = _("Nothing was approved: the record changed, so the request is void. %(why)s")
            messages.warning(self.request, text % {"why": why.comment if why else ""})
        return done


class Withdraw(RequestAct):
    verb, title, danger = "withdraw", gettext_lazy("Withdraw"), True
    explain = gettext_lazy("The request ends. You may ask again later.")

    def perform(self, obj: ApprovalRequest, form: Any, *, actor: Any, at: Any) -> ApprovalRequest:
        return services.withdraw(
            actor=actor, at=at, request=obj, version=self.seen_version(), **form.cleaned_data
        )


class Resubmit(RequestAct):
    verb, title = "resubmit", gettext_lazy("Hand in again")
    explain = gettext_lazy("The facts are read anew, and the request goes on with the step that returned it.")

    def perform(self, obj: ApprovalRequest, form: Any, *, actor: Any, at: Any) -> ApprovalRequest:
        return services.resubmit(
            actor=actor, at=at, request=obj, version=self.seen_version(), **form.cleaned_data
        )


class EditReason(RequestAct):
    verb, title, form_class = "edit_reason", gettext_lazy("Change the reason"), ReasonForm

    def get_initial(self) -> dict[str, Any]:
        return {"reason": self.object.reason}

    def perform(self, obj: ApprovalRequest, form: Any, *, actor: Any, at: Any) -> ApprovalRequest:
        return services.edit_request(
            actor=actor, at=at, request=obj, version=self.seen_version(), **form.cleaned_data
        )


class AddSigner(RequestAct):
    verb, title, form_class = "add_signer", gettext_lazy("Ask one more to sign"), PersonForm
    explain = gettext_lazy("The step waits for this person, too.")

    def perform(self, obj: ApprovalRequest, form: Any, *, actor: Any, at: Any) -> ApprovalRequest:
        return services.add_signer(
            actor=actor, at=at, request=obj, version=self.seen_version(), **form.cleaned_data
        )


class PassUp(RequestAct):
    verb, title = "pass_up", gettext_lazy("Pass to the superior")
    explain = gettext_lazy("Your superior decides in your place. The history keeps that you passed it on.")

    def perform(self, obj: ApprovalRequest, form: Any, *, actor: Any, at: Any) -> ApprovalRequest:
        return services.pass_up(
            actor=actor, at=at, request=obj, version=self.seen_version(), **form.cleaned_data
        )


class SendCopy(RequestAct):
    verb, title, form_class = "send_copy", gettext_lazy("Send a copy"), PersonForm
    explain = gettext_lazy("The person may read the request, also without access to the record.")
    check_version = False

    def perform(self, obj: ApprovalRequest, form: Any, *, actor: Any, at: Any) -> ApprovalRequest:
        services.send_copy(actor=actor, at=at, request=obj, **form.cleaned_data)
        return obj
