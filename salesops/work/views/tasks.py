"""Tasks: list, page, give, work on, change."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.ui.marks import exact_date, person_mark, pill
from salesops.ui.views import Act, ActionView, BulkAction, RecordDetailView, RecordListView, RecordUpdateView
from salesops.work import services
from salesops.work.choices import TaskState
from salesops.work.forms import ProgressForm, ReasonForm, ResultForm, TaskForm
from salesops.work.models import Task
from salesops.work.tables import TaskFilter, TaskTable
from salesops.work.views.base import AboutCreate, linked_subject
from salesops.work.views.together import TOGETHER, act_together


class TaskList(RecordListView):
    model = Task
    table_class = TaskTable
    filterset_class = TaskFilter
    add_url_name = "work:task_create"
    add_label = _("New task")
    default_sort = "due_at"
    empty_title = _("Nothing to do here.")
    empty_text = _("Tasks that are given to you, or that you give, stand here.")
    bulk_actions = tuple(BulkAction(key, act.label, "view", act_together) for key, act in TOGETHER.items())

    def base_queryset(self) -> Any:
        return Task.objects.select_related("owner", "asked_by", "team")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Each row for itself: what may not be done to one leaves the others alone."""
        self.require("list")
        return act_together(self, request)


class TaskPage(RecordDetailView):
    model = Task

    def base_queryset(self) -> Any:
        return Task.objects.select_related("owner", "asked_by", "team", "subject_type")

    def facts(self, obj: Task) -> list[tuple[Any, Any]]:
        late = pill(_("overdue"), "bad") if obj.is_undone and obj.due_at < self.at else ""
        return [
            (_("Responsible"), person_mark(obj.owner)),
            (_("Given by"), person_mark(obj.asked_by) if obj.asked_by else _("The handbook")),
            (pgettext_lazy("deadline", "Due"), exact_date(obj.due_at)),
            (pgettext_lazy("in time", "Late"), late),
            (_("About"), linked_subject(self.request.user, obj)),
            (_("Progress"), f"{obj.progress} %"),
            (_("Key task"), _("yes") if obj.is_key else ""),
            (_("Finished"), exact_date(obj.finished_at) if obj.finished_at else ""),
        ]

    template_name = "work/task_detail.html"

    def acts(self, obj: Task) -> list[Act]:
        def at(name: str) -> str:
            return reverse(f"work:task_{name}", args=[obj.pk])

        if not obj.is_undone:
            return [Act(_("Open again"), at("reopen"), "reopen")]
        return [
            Act(_("Finish"), at("finish"), "work_on", primary=True),
            Act(_("Report progress"), at("progress"), "work_on"),
            Act(_("Change"), at("edit"), "steer"),
            Act(_("Call off"), at("cancel"), "steer", danger=True),
        ]


class TaskCreate(AboutCreate):
    model = Task
    form_class = TaskForm
    title = _("New task")
    submit_label = _("Give the task")

    def get_initial(self) -> dict[str, Any]:
        return {"owner": self.request.user.pk, "due_at": self.in_workdays(1), **super().get_initial()}

    def perform(self, form: Any, *, actor: Any, at: Any) -> Task:
        return services.create_task(actor=actor, at=at, subject=self.subject, **form.cleaned_data)


class TaskEdit(RecordUpdateView):
    model = Task
    form_class = TaskForm
    verb = "steer"

    def perform(self, form: Any, *, actor: Any, at: Any) -> Task:
        return services.change_task(actor=actor, at=at, task=self.object, **form.cleaned_data)


class TaskAct(ActionView):
    model = Task
    check_version = True
    template_name = "ui/form.html"

    def base_queryset(self) -> Any:
        return Task.objects.select_related("owner", "asked_by")


class TaskProgress(TaskAct):
    verb = "work_on"
    form_class = ProgressForm
    title = _("Report progress")

    def get_initial(self) -> dict[str, Any]:
        return {"progress": self.object.progress}

    def perform(self, obj: Task, form: Any, *, actor: Any, at: Any) -> Task:
        return services.report_progress(actor=actor, at=at, task=obj, **form.cleaned_data)


class TaskFinish(TaskAct):
    verb = "work_on"
    form_class = ResultForm
    title = pgettext_lazy("task", "Finish")

    def perform(self, obj: Task, form: Any, *, actor: Any, at: Any) -> Task:
        return services.finish_task(actor=actor, at=at, task=obj, **form.cleaned_data)


class TaskReopen(TaskAct):
    verb = "reopen"
    form_class = ReasonForm
    title = _("Open again")

    def perform(self, obj: Task, form: Any, *, actor: Any, at: Any) -> Task:
        return services.reopen_task(actor=actor, at=at, task=obj, **form.cleaned_data)


class TaskCancel(TaskAct):
    verb = "steer"
    form_class = ReasonForm
    danger = True
    title = _("Call off")

    def perform(self, obj: Task, form: Any, *, actor: Any, at: Any) -> Task:
        return services.cancel_task(actor=actor, at=at, task=obj, **form.cleaned_data)


TONES = {
    TaskState.OPEN: "info",
    TaskState.RUNNING: "attention",
    TaskState.DONE: "good",
    TaskState.CANCELLED: "plain",
}
