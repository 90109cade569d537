"""Statements: sent to one customer or in bulk, with their answers and differences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer
from receivables.choices import LineKind, StatementState
from receivables.filters.statements import DifferenceFilter, StatementFilter
from receivables.forms.statements import BulkForm, SettleForm, StatementForm
from receivables.models import Statement, StatementDifference
from receivables.selectors.statements import records_of
from receivables.services import statements as service
from receivables.services.statement_runs import BULK, BulkAsk, ask_bulk, plan
from receivables.tables.statements import DifferenceTable, StatementTable
from receivables.views.reports import ReportView
from receivables.views.sheets import Sheet, question_words
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.policies import can
from salesops.jobs.models import JobRun
from salesops.jobs.registry import reason_sentence
from salesops.ui.links import record_url
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import Act, ActionView, RecordDetailView, RecordListView

SHOWN = 500


class StatementList(RecordListView):
    model, table_class, filterset_class = Statement, StatementTable, StatementFilter
    default_sort = "-until"
    totals = {"base_closing": _("Closing in base currency")}
    template_name = "receivables/statement_list.html"
    empty_title = _("No statement was sent yet")
    empty_text = _("Statements are sent from a customer's page, or in bulk by finance.")

    def base_queryset(self) -> QuerySet:
        return Statement.objects.select_related("customer", "owner")

    def get_context(self) -> dict[str, Any]:
        return {"may_bulk": can(self.request.user, "send_bulk", Statement)}


class StatementDetail(RecordDetailView):
    model, template_name = Statement, "receivables/statement_detail.html"

    def base_queryset(self) -> QuerySet:
        return Statement.objects.select_related("customer", "owner", "team", "created_by", "run")

    def get_subtitle(self, obj: Statement) -> str:
        return str(obj.customer)

    def facts(self, obj: Statement) -> list[tuple[Any, Any]]:
        code = obj.currency_id
        return [
            (_("Customer"), link(obj.customer)),
            (_("Period"), f"{obj.since.isoformat()} – {obj.until.isoformat()}"),
            (_("Opening balance"), money(obj.opening, code)),
            (_("Charged"), money(obj.charged, code)),
            (_("Paid or credited"), money(obj.paid, code)),
            (_("Closing balance"), money(obj.closing, code)),
            (_("Outstanding"), money(obj.outstanding, code)),
            (_("Unallocated"), money(obj.unallocated, code)),
            (_("Sent to"), obj.email),
            (_("Language"), obj.get_language_display()),
            (_("Sent"), exact(obj.sent_at)),
            (_("Sent by"), person(obj.created_by) if obj.created_by else ""),
            (_("Reminded"), exact(obj.reminded_at) if obj.reminded_at else ""),
            (_("Answered"), exact(obj.answered_at) if obj.answered_at else ""),
            (_("Answered by"), obj.answered_by),
            (_("Owner"), person(obj.owner)),
            (_("Team"), str(obj.team or "")),
        ]

    def get_context(self, obj: Statement) -> dict[str, Any]:
        differences = {d.line_id: d for d in obj.differences.select_related("owner")}
        rows = list(obj.lines.select_related("receivable"))
        records = records_of(obj, rows, self.request.user)
        lines = [(row, differences.get(row.pk), records.get(row.pk)) for row in rows]
        return {"lines": lines, "general": differences.get(None), "ages": obj.ages}

    def acts(self, obj: Statement) -> list[Act]:
        acts = [
            Act(_("Print"), reverse("documents:print", args=[service.PRINT, obj.pk]), "view"),
        ]
        if obj.state == StatementState.SENT:
            url = reverse("receivables:statement_remind", args=[obj.pk])
            acts.insert(0, Act(_("Send it again"), url, "remind", primary=True))
        return acts


class StatementSend(ActionView):
    """Freeze the account of a customer and mail it with a page that works once."""

    model, verb, form_class, title = Customer, "view", StatementForm, _("Send a statement to be confirmed")
    template_name = "ui/form.html"
    submit_label = _("Send the statement")
    explain = _(
        "The customer gets a mail with the statement as PDF and a link to confirm it or to say line by line what differs; one for each currency. The lines are frozen from now on."
    )

    def base_queryset(self) -> QuerySet:
        return Customer.objects.select_related("owner")

    def prepare(self) -> None:
        super().prepare()
        service.require_ask(self.request.user, self.object)

    def get_initial(self) -> dict[str, Any]:
        """From the day after the last statement; the address of the main contact for who may see it."""
        today = timezone.localdate(self.at)
        last = Statement.objects.filter(customer=self.object).order_by("-until").first()
        since = last.until + timedelta(days=1) if last else today.replace(day=1)
        contact = (
            Contact.objects.visible_to(self.request.user)
            .filter(customer=self.object, left=False)
            .exclude(email="")
            .order_by("-is_primary", "pk")
            .first()
        )
        own = contact is not None and self.object.owner_id == self.request.user.pk
        return {
            "since": min(since, today),
            "until": today,
            "email": contact.email if own and contact else "",
            "language": get_language() or settings.LANGUAGE_CODE,
            **super().get_initial(),
        }

    def perform(self, obj: Customer, form: Any, *, actor: Any, at: Any) -> list[Statement]:
        return service.send_statement(actor=actor, sending=service.Sending(obj, **form.cleaned_data), at=at)

    def get_success_url(self, obj: Any) -> str:
        return record_url(self.object)


class StatementRemind(ActionView):
    """A new link for a statement without an answer."""

    model, verb, title = Statement, "remind", _("Send it again")
    explain = _("The customer gets a new link; the one before no longer works.")

    def base_queryset(self) -> QuerySet:
        return Statement.objects.select_related("customer", "created_by")

    def perform(self, obj: Statement, form: Any, *, actor: Any, at: Any) -> Statement:
        return service.remind_statement(actor=actor, statement=obj, at=at)


class StatementBulk(ReportView):
    """Who would get a statement and who not and why; sent when it is said so."""

    template_name, title = "receivables/statement_bulk.html", _("Statements in bulk")
    form_class = BulkForm
    sure = True  # False: "Send" was pressed and is to be confirmed

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require()
        try:
            ask = self.question()
        except InvalidInput as error:
            return self.ask_again(request, error)
        if "sure" not in request.POST:
            self.sure = False
            return super().get(request, *args, **kwargs)
        ask_bulk(actor=request.user, ask=ask, at=self.at)
        return redirect(f"{reverse('receivables:statement_bulk')}?asked=1")

    def require(self) -> None:
        if not can(self.request.user, "send_bulk", Statement):
            raise NotAllowed(
                _("Finance sends statements in bulk."), way_out=_("Send the one of a customer from its page.")
            )

    def defaults(self) -> dict[str, Any]:
        until = self.today.replace(day=1) - timedelta(days=1)
        return {"since": until.replace(day=1), "until": until, "at_least": "0"}

    def question(self) -> BulkAsk:
        clean = self.read()
        return BulkAsk(
            clean["since"],
            clean["until"],
            clean["owner"].pk if clean["owner"] else None,
            clean["team"].pk if clean["team"] else None,
            clean["currency"].pk if clean["currency"] else "",
            clean["at_least"] or 0,
        )

    def get_context(self) -> dict[str, Any]:
        lines = plan(self.question())
        getting = [line for line in lines if not line.reason]
        reasons: dict[str, int] = {}
        for line in lines:
            if line.reason:
                reasons[line.reason] = reasons.get(line.reason, 0) + 1
        return {
            "form": self.form,
            "confirming": not self.sure,
            "mute": [line for line in lines if line.reason == "statement_no_email"],
            "getting": getting[:SHOWN],
            "count": len(getting),
            "left_out": [
                (line, reason_sentence(f"receivables.{line.reason}", {})) for line in lines if line.reason
            ][:SHOWN],
            "reasons": [(reason_sentence(f"receivables.{r}", {}), n) for r, n in sorted(reasons.items())],
            "export": self.query_string(),
            "run": JobRun.objects.filter(job=BULK, business_date=self.today).first(),
            "asked": "asked" in self.request.GET,
        }

    def sheet(self) -> Sheet:
        lines = plan(self.question())
        return Sheet(
            key="statements",
            title=str(self.title),
            day=self.form.cleaned_data["until"],
            facts=question_words(self.form),
            heads=[
                gettext("Code"),
                gettext("Name"),
                gettext("E-mail"),
                gettext("Left out"),
                gettext("Currency"),
                gettext("Closing balance"),
            ],
            lines=[
                [
                    row.code,
                    row.name,
                    row.email,
                    reason_sentence(f"receivables.{row.reason}", {}) if row.reason else "",
                    row.currency,
                    row.closing,
                ]
                for row in lines
            ],
            text=5,
        )


class DifferenceList(RecordListView):
    model, table_class, filterset_class = StatementDifference, DifferenceTable, DifferenceFilter
    default_sort = "-raised_at"
    empty_title = _("No customer disagrees")
    empty_text = _("What customers do not agree with on their statements stands here until it has a result.")

    def base_queryset(self) -> QuerySet:
        return StatementDifference.objects.select_related("statement__customer", "line", "owner")


class DifferenceDetail(RecordDetailView):
    model = StatementDifference
    state_field = ""

    def base_queryset(self) -> QuerySet:
        return StatementDifference.objects.select_related(
            "statement__customer", "line__receivable", "owner", "settled_by"
        )

    def get_subtitle(self, obj: StatementDifference) -> str:
        return str(obj.statement.customer)

    def facts(self, obj: StatementDifference) -> list[tuple[Any, Any]]:
        line, code = obj.line, obj.statement.currency_id
        ours = (line.charged or -line.paid) if line else None
        return [
            (_("Customer"), link(obj.statement.customer)),
            (_("Statement"), link(obj.statement)),
            (
                _("Line"),
                f"{LineKind(line.kind).label} {line.number}" if line else _("the statement as a whole"),
            ),
            (_("Item"), link(line.receivable) if line and line.receivable else ""),
            (_("Amount in our books"), money(ours, code) if ours is not None else ""),
            (
                _("Amount by the customer"),
                money(obj.said_amount, code) if obj.said_amount is not None else "",
            ),
            (_("What the customer writes"), obj.words),
            (_("Raised on"), exact(obj.raised_at)),
            (_("Owner"), person(obj.owner)),
            (_("Result"), obj.get_result_display() if obj.result else ""),
            (_("How it ended"), obj.outcome),
            (_("Settled on"), exact(obj.settled_at) if obj.settled_at else ""),
            (_("Settled by"), person(obj.settled_by) if obj.settled_by else ""),
        ]

    def acts(self, obj: StatementDifference) -> list[Act]:
        if obj.settled_at:
            return []
        acts = [
            Act(_("Settle"), reverse("receivables:difference_settle", args=[obj.pk]), "follow", primary=True)
        ]
        item = obj.line.receivable if obj.line else None
        if item is not None and item.outstanding and not item.disputed:
            acts.append(
                Act(
                    _("Mark the item as disputed"),
                    reverse("receivables:difference_dispute", args=[obj.pk]),
                    "follow",
                )
            )
        return acts


class DifferenceSettle(ActionView):
    model, verb, form_class = StatementDifference, "follow", SettleForm
    title = _("Settle the difference")
    explain = _("The result stands on the statement and in the timeline of the customer.")

    def base_queryset(self) -> QuerySet:
        return StatementDifference.objects.select_related("statement__customer", "line")

    def perform(self, obj: StatementDifference, form: Any, *, actor: Any, at: Any) -> StatementDifference:
        return service.settle_difference(actor=actor, difference=obj, at=at, **form.cleaned_data)


class DifferenceDispute(ActionView):
    model, verb, title = StatementDifference, "follow", _("Mark the item as disputed")
    explain = _(
        "A disputed item is left out of reminders and of oldest-first allocation until it is resolved."
    )

    def base_queryset(self) -> QuerySet:
        return StatementDifference.objects.select_related("statement__customer", "line__receivable")

    def perform(self, obj: StatementDifference, form: Any, *, actor: Any, at: Any) -> Any:
        return service.dispute_item(actor=actor, difference=obj, at=at)

    def get_success_url(self, obj: Any) -> str:
        return record_url(self.object)
