"""The inbox, the page of a request, and asking for one."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.approvals import services
from salesops.approvals.changes import change_kinds
from salesops.approvals.choices import OPEN_STATES, AskState, RequestState
from salesops.approvals.filters import BOXES, RequestFilter
from salesops.approvals.formats import base_money, label_of, read_fact
from salesops.approvals.forms import AskForm, DecideForm
from salesops.approvals.models import ApprovalRequest, Ask
from salesops.approvals.papers import PAPER
from salesops.approvals.people import seats
from salesops.approvals.registry import DocumentType, document_types
from salesops.approvals.routing import look_at
from salesops.approvals.showing import (
    MOST_COUNTED,
    change_lines,
    counted_lines,
    fact_lines,
    moved_lines,
    step_lines,
)
from salesops.approvals.tables import RequestTable
from salesops.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from salesops.core.keys import is_key
from salesops.core.policies import can
from salesops.core.subjects import visible_subject
from salesops.ui.links import record_url
from salesops.ui.registries import proof
from salesops.ui.templatetags.ui import exact, link, person
from salesops.ui.views import Act, ActionView, BulkAction, RecordDetailView, RecordListView
from salesops.ui.views.submit import Submitting


def _not_here(objects: Any, *, actor: Any, at: Any) -> None:
    raise InvalidInput(_("Choose what to do."))


class RequestList(RecordListView):
    """The inbox: what waits for me; the other boxes are one tap away."""

    model, table_class, filterset_class = ApprovalRequest, RequestTable, RequestFilter
    template_name = "approvals/request_list.html"
    title = gettext_lazy("Approvals")
    default_sort = "-requested_at"
    empty_title = gettext_lazy("Nothing waits here")
    empty_text = gettext_lazy("Whoever needs your decision will appear here and in your notices.")
    bulk_actions = (
        BulkAction(
            "approve",
            gettext_lazy("Approve"),
            "view",
            _not_here,
            gettext_lazy("Approve the chosen requests?"),
        ),
        BulkAction("reject", gettext_lazy("Reject"), "view", _not_here, danger=True),
    )

    def base_queryset(self) -> QuerySet:
        asks = Ask.objects.filter(state=AskState.OPEN).prefetch_related("people__person")
        return ApprovalRequest.objects.select_related("applicant").prefetch_related(
            Prefetch("asks", asks, to_attr="asks_open")
        )

    def get_context(self) -> dict[str, Any]:
        box = self.request.GET.get("box", "") or "waiting"
        return {"boxes": BOXES, "box": box}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Decide many: each row for itself, and each row is told what became of it."""
        self.require("list")
        if proof.ask is not None and (question := proof.ask(request)):
            return question
        action = request.POST.get("action", "")
        if action not in ("approve", "reject"):
            raise InvalidInput(_("Choose what to do."))
        ids, seen = chosen(request.POST.getlist("ids")), seen_versions(request.POST.getlist("seen"))
        comment = request.POST.get("comment", "").strip()
        if action == "reject" and not comment:
            return self.results(request, action, [], ids, seen)
        rows = list(self.get_queryset().filter(pk__in=ids).order_by("requested_at", "pk"))
        results = [self.one(row, action, comment, seen.get(row.pk)) for row in rows]
        return self.results(request, action, results, [], seen, gone=len(ids) - len(rows))

    def one(self, row: ApprovalRequest, action: str, comment: str, version: int | None) -> dict[str, Any]:
        """A row that moved since it was shown is refused and says who did what; the others are decided."""
        try:
            if version is None:
                raise Conflict(
                    _("It was not on the page that you decided from."), way_out=_("Open the request.")
                )
            with transaction.atomic():
                done = services.decide(
                    actor=self.request.user,
                    at=self.at,
                    request=row,
                    action=action,
                    comment=comment,
                    version=version,
                )
        except DomainError as error:
            return {"row": row, "error": error}
        return {"row": done, "void": done.state == "void"}

    def results(
        self,
        request: HttpRequest,
        action: str,
        results: list[Any],
        ids: list[int],
        seen: dict[int, int],
        gone: int = 0,
    ) -> HttpResponseBase:
        context = {
            "title": _("Decided together"),
            "crumbs": [(self.get_title(), request.path)],
            "results": results,
            "ids": [(pk, seen.get(pk, "")) for pk in ids],
            "action": action,
            "gone": gone,
        }
        return render(request, "approvals/bulk_results.html", context)


MOST_TOGETHER = 200


def chosen(values: list[str]) -> list[int]:
    """Keys of the rows chosen, each once."""
    keys = {int(v) for v in values if is_key(v)}
    if len(keys) > MOST_TOGETHER:
        raise InvalidInput(
            _("At most %(count)d requests are decided together.") % {"count": MOST_TOGETHER},
            way_out=_("Choose fewer."),
        )
    return sorted(keys)


def seen_versions(values: list[str]) -> dict[int, int]:
    """Version of each row as the page showed it, from ``key:version``."""
    pairs = [value.partition(":") for value in values]
    return {int(key): int(version) for key, _colon, version in pairs if is_key(key) and is_key(version)}


class RequestPage(RecordDetailView):
    """One request: what it is about, who decided, who is next; deciding is under the thumb."""

    model = ApprovalRequest
    template_name = "approvals/request_detail.html"

    def base_queryset(self) -> QuerySet:
        return ApprovalRequest.objects.select_related("applicant", "created_by", "team", "flow", "route")

    def get_title(self, obj: ApprovalRequest) -> str:
        return obj.title

    def get_subtitle(self, obj: ApprovalRequest) -> str:
        return obj.type_label

    def facts(self, obj: ApprovalRequest) -> list[tuple[Any, Any]]:
        subject = visible_subject(self.request.user, obj.subject_type, obj.subject_id)
        lines: list[tuple[Any, Any]] = [
            (_("Record"), link(subject) if subject is not None else ""),
            (_("Applicant"), person(obj.applicant)),
            (_("Handed in by"), person(obj.created_by) if obj.created_by_id != obj.applicant_id else ""),
            (_("Requested"), exact(obj.requested_at)),
            (_("Decided"), exact(obj.decided_at) if obj.decided_at else ""),
        ]
        lines += fact_lines(obj, self.request.user, linked=subject is not None)
        if obj.amount is not None and obj.tested_amount is not None and obj.tested_amount > obj.amount:
            lines.append((_("Together with others of these days"), base_money(obj.tested_amount)))
        lines.append((_("Flow"), link(obj.flow, f"{obj.flow} – {obj.route}")))
        return lines

    def acts(self, obj: ApprovalRequest) -> list[Act]:
        def act(label: Any, page: str, verb: str, **more: Any) -> Act:
            return Act(label, reverse(f"approvals:approvalrequest_{page}", args=[obj.pk]), verb, **more)

        mend, acts = self.mend_url(obj), []
        if mend:
            acts.append(Act(_("Correct the record"), mend, "resubmit", primary=True))
        return [
            *acts,
            act(_("Hand in again"), "resubmit", "resubmit", primary=not mend),
            act(_("Ask one more to sign"), "add_signer", "add_signer"),
            act(_("Pass to the superior"), "pass_up", "pass_up"),
            act(_("Send a copy"), "send_copy", "send_copy"),
            act(_("Change the reason"), "edit", "edit_reason"),
            Act(_("Print"), reverse("documents:print", args=[PAPER, obj.pk]), "view"),
            act(_("Withdraw"), "withdraw", "withdraw", danger=True),
        ]

    def mend_url(self, obj: ApprovalRequest) -> str:
        """Where the applicant mends what was returned."""
        kind = document_types.get(obj.document_type)
        if kind is None or kind.mend_url is None or obj.state != RequestState.RETURNED:
            return ""
        subject = visible_subject(self.request.user, obj.subject_type, obj.subject_id)
        return kind.mend_url(subject) if subject is not None else ""

    def get_context(self, obj: ApprovalRequest) -> dict[str, Any]:
        user: Any = self.request.user
        mine = seats(user, obj, on=timezone.localdate(self.at)) if obj.state == "pending" else []
        key = Submitting.form_key(self)  # type: ignore[arg-type]
        return {
            "changes": change_lines(obj, user),
            "counted": counted_lines(obj, user),
            "counted_more": max(len(obj.counted) - MOST_COUNTED, 0),
            "steps": step_lines(obj, at=self.at),
            "history": [
                (line, moved_lines(line, obj, user))
                for line in obj.decisions.select_related("actor", "for_person", "to_person").order_by("pk")
            ],
            "copies": obj.copies.select_related("person"),
            "seat": mine[0] if mine else None,
            "decide_form": DecideForm(user=user),
            "form_key": key,
        }


class AskFor(ActionView):
    """Ask for approval of a record: the facts, who would be asked, and why."""

    model = ApprovalRequest
    template_name = "approvals/ask.html"
    form_class = AskForm
    title = gettext_lazy("Ask for approval")

    def prepare(self) -> None:
        self.kind = self.get_kind()
        model = self.kind_model()
        content_type = ContentType.objects.get_for_model(model)
        self.object = visible_subject(self.request.user, content_type, self.kwargs["pk"])
        if self.object is None:
            raise Http404
        if not can(self.request.user, self.kind.may_request, self.object):
            raise NotAllowed(_("You may not ask for this here."))
        if self.kind.key in change_kinds:
            raise Conflict(_("Change the record itself; what needs a second person waits by itself."))

    def get_kind(self) -> DocumentType:
        kind = document_types.get(self.kwargs["key"])
        if kind is None:
            raise Http404
        return kind

    def kind_model(self) -> Any:
        return apps.get_model(self.kind.model)

    def get_title(self) -> str:
        return str(self.kind.label)

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(str(self.object), record_url(self.object))]

    def get_context(self) -> dict[str, Any]:
        matter = look_at(self.kind, self.object, at=self.at)
        facts = [
            (label_of(self.kind.labels, name), read_fact(self.kind.formats, name, value))
            for name, value in matter.facts.items()
            if value not in (None, "") and name not in self.kind.sensitive
        ]
        open_one = ApprovalRequest.objects.about(self.object).filter(
            document_type=self.kind.key, state__in=OPEN_STATES
        )
        return {"matter": matter, "facts": facts, "open_request": open_one.first()}

    def perform(self, obj: Any, form: Any, *, actor: Any, at: Any) -> ApprovalRequest:
        return services.start(actor=actor, at=at, obj=obj, document_type=self.kind.key, **form.cleaned_data)
