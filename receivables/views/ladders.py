"""Ladders as data: versions, rungs, a letter as it would look, and what the daily run would do."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from receivables.forms.collection import LevelForm, PeriodForm, VersionForm
from receivables.models import CollectionCase, CollectionLevel, CollectionPolicy, Receivable
from receivables.selectors.collection import by_holder
from receivables.services import ladders, what_if
from receivables.services.collecting import JOB, preview, run_collection
from receivables.services.reminders import notice_sample
from receivables.tables.collection import PolicyTable
from salesops.accounts.models import User
from salesops.core.keys import row_key
from salesops.core.policies import can
from salesops.documents import letters
from salesops.handbook.selectors import rule
from salesops.jobs.models import JobRun
from salesops.jobs.registry import reason_sentence
from salesops.ui.templatetags.ui import exact, money
from salesops.ui.views import Act, ActionView, PageView, RecordDetailView, RecordListView
from salesops.ui.views.base import RecordView


class PolicyList(RecordListView):
    model, table_class = CollectionPolicy, PolicyTable
    default_sort = "-from_date"
    title = _("Collection ladders")
    intro = _(
        "Which step follows when, by whom and with which words. A version holds until the next one of its code."
    )


class PolicyPage(RecordDetailView):
    """A ladder with its rungs; the letters as they would go to a customer (``?customer=``)."""

    model, state_field = CollectionPolicy, ""
    template_name = "receivables/ladder.html"

    def facts(self, obj: CollectionPolicy) -> list[tuple[Any, Any]]:
        chosen = obj.get_customer_class_display() or _("all classes")
        return [
            (_("Code"), obj.code),
            (_("For customers of class"), _("only chosen ones") if obj.by_choice else chosen),
            (_("In force from"), exact(obj.from_date)),
            (_("Tolerance"), money(obj.tolerance)),
        ]

    def acts(self, obj: CollectionPolicy) -> list[Act]:
        url = reverse("receivables:collectionpolicy_version", args=[obj.pk])
        return [
            Act(_("New version"), url, "edit", primary=True),
            Act(_("What would it do today?"), "?try=1#tried", "edit"),
        ]

    def get_context(self, obj: CollectionPolicy) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate(self.at)
        customers = Customer.objects.visible_to(user)
        key = row_key(self.request.GET.get("customer", "") or "")
        customer = customers.filter(pk=key).first() if key else None
        if customer is None:
            worst = CollectionCase.objects.visible_to(user).running().order_by("-overdue_base", "pk")
            customer = customers.filter(pk__in=worst.values("customer")[:1]).first()
        language = self.request.GET.get("lang", "") or get_language()
        values = sample(customer, user, today)
        tried = None
        if self.request.GET.get("try") and can(user, "edit", obj):
            tried = what_if.simulate(
                user=user, on=today, facts=what_if.facts_of(obj), levels=what_if.levels_of(obj)
            )
        return {
            "tried": tried,
            "notice": {
                "days": rule("receivables.notice_days", on=today),
                "mailed": rule("receivables.notify_customer", on=today),
                "sample": notice_sample(customer, language, on=today) if customer else None,
            },
            "levels": [
                (row, [letters.fill(text, values, names=ladders.NAMES) for text in row.words(language)])
                for row in obj.levels.all()
            ],
            "may_change": can(user, "edit", obj) and obj.from_date >= today,
            "customer": customer,
            "names": ladders.NAMES.items(),
            "languages": [
                (code, word, code == language)
                for code, word in (("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文"))
            ],
        }


def sample(customer: Customer | None, user: Any, today: date) -> dict[str, Any]:
    """What the places of a text say for a real customer; without one they stay as they are written."""
    if customer is None:
        return {}
    case = CollectionCase.objects.filter(customer=customer).running().first()
    return {
        "customer": customer.name,
        "number": "CK-…",
        "date": exact(today),
        "deadline": exact(today),
        "amount": money(case.overdue_base if case else 0),
        "days": (today - case.oldest_due).days if case and case.oldest_due else 0,
        "person": str(user),
    }


class LadderForm(ActionView):
    """A form on a ladder with a second button: what would the run of today do under it? Nothing is saved by that."""

    model, verb = CollectionPolicy, "edit"
    template_name = "receivables/ladder_form.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "try" not in request.POST:
            return super().post(request, *args, **kwargs)
        self.prepare()
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.show(form, status=400)
        facts, levels = self.tried(self.object, form.cleaned_data)
        today = timezone.localdate(self.at)
        return self.show(
            form, tried=what_if.simulate(user=request.user, on=today, facts=facts, levels=levels)
        )

    def tried(
        self, obj: CollectionPolicy, data: dict[str, Any]
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """What the ladder would be: its facts and its rungs."""
        raise NotImplementedError


class PolicyVersion(LadderForm):
    """The next version, as a copy to be changed until its day."""

    form_class, title = VersionForm, _("New version")
    explain = _("The rungs are copied; change them on the page of the new version, until its day.")

    def get_initial(self) -> dict[str, Any]:
        names = ("code", "name", "customer_class", "by_choice", "tolerance")
        return {
            **{name: getattr(self.object, name) for name in names},
            "from_date": timezone.localdate(self.at),
        }

    def perform(self, obj: CollectionPolicy, form: Any, *, actor: Any, at: Any) -> CollectionPolicy:
        return ladders.new_version(actor=actor, base=obj, at=at, **form.cleaned_data)

    def tried(
        self, obj: CollectionPolicy, data: dict[str, Any]
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        return {**what_if.facts_of(obj), **data, "code": data["code"] or obj.code}, what_if.levels_of(obj)


class LevelEdit(LadderForm):
    """A rung of a version that does not hold yet, or began today."""

    form_class, title = LevelForm, _("Change the level")
    check_version = True

    def tried(
        self, obj: CollectionPolicy, data: dict[str, Any]
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        number = self.kwargs["level"]
        rungs = [{**rung, **data} if rung["level"] == number else rung for rung in what_if.levels_of(obj)]
        return what_if.facts_of(obj), rungs

    def rung(self) -> CollectionLevel:
        row = self.object.levels.filter(level=self.kwargs["level"]).first()
        if row is None:
            raise Http404
        return row

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.rung()}

    def get_explain(self, obj: CollectionPolicy) -> Any:
        known = " ".join(f"{{{name}}}" for name in ladders.NAMES)
        return _("%(level)s. The texts know: %(names)s") % {"level": self.rung(), "names": known}

    def perform(self, obj: CollectionPolicy, form: Any, *, actor: Any, at: Any) -> Any:
        ladders.change_level(actor=actor, level=self.rung(), at=at, **form.cleaned_data)
        return obj


class RunPage(PageView, RecordView):
    """What the run of today would do for those whom the reader sees; finance and managers start it from here."""

    model = CollectionCase
    template_name = "receivables/collection_run.html"
    title = _("Daily run of collection")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require("assign")
        return super().get(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        today = timezone.localdate(self.at)
        found = preview(today)
        seen = Customer.objects.visible_to(self.request.user).in_bulk(
            {line.customer_id for line in found.lines}
        )
        names = {line.person for line in found.lines if line.person}
        people = {person.username: person for person in User.objects.filter(username__in=names)}
        return {
            "day": today,
            "counts": [
                (
                    reason_sentence(f"receivables.chase_{reason}", {}) if reason else _("to be done"),
                    count,
                    total,
                )
                for reason, count, total in found.counts
            ],
            "lines": [
                {
                    "line": line,
                    "customer": seen[line.customer_id],
                    "person": people.get(line.person),
                    "why": reason_sentence(f"receivables.chase_{line.reason}", {}),
                }
                for line in found.lines
                if line.customer_id in seen
            ],
            "notices": Receivable.objects.visible_to(self.request.user)
            .open()
            .filter(
                due_date=today + timedelta(days=rule("receivables.notice_days", on=today)), disputed=False
            )
            .aggregate(n=Count("pk"), total=Sum("outstanding_base")),
            "notice_due": today + timedelta(days=rule("receivables.notice_days", on=today)),
            "runs": JobRun.objects.filter(job=JOB).order_by("-business_date")[:7],
            "done": JobRun.objects.filter(job=JOB, business_date=today, state="done").exists(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require("assign")
        run_collection(timezone.localdate(self.at), actor=request.user, at=self.at, dry_run=False)
        return redirect("receivables:collectioncase_list")


class Overview(PageView, RecordView):
    """Who collects how: open cases, contacts, promises, kept ones; each figure opens its rows."""

    model = CollectionCase
    template_name = "receivables/collection_overview.html"
    title = _("Collection by holder")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require("list")
        return super().get(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        today = timezone.localdate(self.at)
        form = PeriodForm(self.request.GET or None, user=self.request.user)
        asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
        since, until = asked.get("since") or today.replace(day=1), asked.get("until") or today
        form.initial = {"since": since, "until": until}
        lines = by_holder(self.request.user, today, since, until)
        total = sum((line.collected for line in lines), Decimal(0))
        return {"lines": lines, "day": today, "form": form, "since": since, "until": until, "total": total}
