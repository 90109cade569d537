"""Jobs: what there is, what ran, what it did for whom and why; preview and run again; the outbox."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import can
from salesops.jobs.forms import DayForm
from salesops.jobs.models import JobItem, JobRun, OutboxMessage
from salesops.jobs.registry import JobDefinition, jobs
from salesops.jobs.selectors import job_lines, last_beat
from salesops.jobs.services import outbox
from salesops.jobs.services.schedule import ask_for_run, run_now
from salesops.jobs.tables import JobRunFilter, JobRunTable, OutboxFilter, OutboxTable
from salesops.ui.marks import exact_date, person_mark
from salesops.ui.views import Act, ActionView, PageView, RecordDetailView, RecordListView
from salesops.ui.views.base import RecordView

SHOWN_ITEMS = 500


class JobList(PageView, RecordView):
    """Every registered job: what it does, when, its last run, what is due."""

    model = JobRun
    template_name = "jobs/job_list.html"
    title = _("Jobs")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require("list")
        return super().get(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        return {
            "lines": job_lines(timezone.localtime(self.at)),
            "may_run": can(self.request.user, "run", JobRun),
            "beat": last_beat(),
        }


class JobPage(RecordView):
    """Shared by preview and run: the job named in the url and the day asked for."""

    model = JobRun
    verb = "run"

    def definition(self) -> JobDefinition:
        self.require("run")
        found = jobs.get(self.kwargs["name"])
        if found is None:
            raise Http404
        return found

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Jobs"), reverse("jobs:job_list"))]

    def first_day(self, definition: JobDefinition) -> date:
        until = definition.last_due(timezone.localtime(self.at))
        return definition.latest_date(until) or until


class JobPreview(JobPage):
    """What the job would do on a day, with every reason; nothing is written and nothing is sent."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        definition = self.definition()
        data = request.GET if "business_date" in request.GET else None
        form = DayForm(data, user=request.user, initial={"business_date": self.first_day(definition)})
        context = {
            "form": form,
            "definition": definition,
            "title": gettext("Preview: %(job)s") % {"job": definition.title},
            "crumbs": self.crumbs(),
            "limit": SHOWN_ITEMS,
        }
        if data is not None and form.is_valid():
            day = form.cleaned_data["business_date"]
            result = run_now(definition.name, day, actor=request.user, at=self.at, dry_run=True)
            context |= {
                "day": day,
                "items": result.items[:SHOWN_ITEMS],
                "count": result.count,
                "summary": summary_lines(result.summary),
                "existing": JobRun.objects.visible_to(request.user)
                .filter(job=definition.name, business_date=day)
                .first(),
            }
        return render(request, "jobs/preview.html", context)


class JobStart(JobPage):
    """Queues the run of a day; the worker does it and a notice says how it ended."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        definition = self.definition()
        initial = request.GET.get("business_date") or self.first_day(definition)
        return self.show(DayForm(user=request.user, initial={"business_date": initial}), definition)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        definition = self.definition()
        form = DayForm(request.POST, user=request.user)
        if not form.is_valid():
            return self.show(form, definition)
        day = form.cleaned_data["business_date"]
        done = ask_for_run(definition.name, day, actor=request.user, at=self.at)
        if done is not None:
            messages.info(request, gettext("This day is done already; this is its record."))
            return redirect("jobs:jobrun_detail", pk=done.pk)
        messages.success(request, gettext("The job was started. You get a notice when it has ended."))
        return redirect(f"{reverse('jobs:jobrun_list')}?job={definition.name}")

    def show(self, form: DayForm, definition: JobDefinition) -> HttpResponseBase:
        context = {
            "form": form,
            "definition": definition,
            "title": gettext("Run: %(job)s") % {"job": definition.title},
            "crumbs": self.crumbs(),
        }
        return render(self.request, "jobs/start.html", context)


class JobRunList(RecordListView):
    model = JobRun
    table_class = JobRunTable
    filterset_class = JobRunFilter
    default_sort = "-business_date"
    title = _("Job runs")
    empty_title = _("No job has run yet.")

    def base_queryset(self):
        return JobRun.objects.select_related("actor")


class JobRunPage(RecordDetailView):
    model = JobRun
    template_name = "jobs/jobrun_detail.html"

    def base_queryset(self):
        return JobRun.objects.select_related("actor")

    def facts(self, obj: JobRun) -> list[tuple[Any, Any]]:
        return [
            (_("For day"), obj.business_date.isoformat()),
            (_("Started"), exact_date(obj.started_at)),
            (_("Finished"), exact_date(obj.finished_at)),
            (_("Started by"), person_mark(obj.actor) if obj.actor else gettext("the schedule")),
            (_("Tries"), obj.attempts),
            *summary_lines(obj.summary),
            (_("Error"), obj.error),
        ]

    def acts(self, obj: JobRun) -> list[Act]:
        if obj.job not in jobs:
            return []
        query = f"?business_date={obj.business_date}"
        preview = Act(_("Preview"), reverse("jobs:job_preview", args=[obj.job]) + query, "preview")
        if obj.state == JobRun.State.DONE:
            return [preview]
        again = Act(_("Run again"), reverse("jobs:job_start", args=[obj.job]) + query, "run", primary=True)
        return [again, preview]

    def get_context(self, obj: JobRun) -> dict[str, Any]:
        outcome = self.request.GET.get("outcome", "")
        items = obj.items.order_by("pk")
        if outcome in JobItem.Outcome.values:
            items = items.filter(outcome=outcome)
        return {
            "items": items[:SHOWN_ITEMS],
            "count": items.count(),
            "limit": SHOWN_ITEMS,
            "outcomes": JobItem.Outcome.choices,
            "outcome": outcome,
        }


def summary_lines(summary: dict[str, Any]) -> list[tuple[Any, Any]]:
    """The counts of a run in words, then the job's own figures."""
    words = {"done": _("Done"), "skipped": _("Skipped"), "failed": _("Failed")}
    return [(words.get(name, name), value) for name, value in summary.items()]


class OutboxList(RecordListView):
    model = OutboxMessage
    table_class = OutboxTable
    filterset_class = OutboxFilter
    title = _("Outgoing messages")
    empty_title = _("Nothing was sent yet.")


class SendAgain(ActionView):
    model = OutboxMessage
    verb = "send_again"
    title = _("Send again")
    explain = _("The message goes to the front of the queue. What was sent already is not sent twice.")

    def perform(self, obj: OutboxMessage, form: Any, *, actor: Any, at: Any) -> OutboxMessage:
        return outbox.send_again(obj, actor=actor, at=at)

    def get_success_url(self, obj: Any) -> str:
        return reverse("jobs:outboxmessage_list")
