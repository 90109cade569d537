"""States with their legal moves."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from salesops.core.states import Transitions


class TaskState(models.TextChoices):
    OPEN = "open", pgettext_lazy("task", "open")
    RUNNING = "running", pgettext_lazy("task", "in progress")
    DONE = "done", pgettext_lazy("task", "done")
    CANCELLED = "cancelled", pgettext_lazy("task", "cancelled")


TASK_MOVES = Transitions(
    {
        TaskState.OPEN: [TaskState.RUNNING, TaskState.DONE, TaskState.CANCELLED],
        TaskState.RUNNING: [TaskState.DONE, TaskState.CANCELLED],
        TaskState.DONE: [TaskState.RUNNING],
        TaskState.CANCELLED: [TaskState.OPEN],
    }
)
TASK_UNDONE = (TaskState.OPEN, TaskState.RUNNING)


class RequestState(models.TextChoices):
    NEW = "new", pgettext_lazy("request", "new")
    TAKEN = "taken", pgettext_lazy("request", "being worked on")
    ANSWERED = "answered", pgettext_lazy("request", "answered")
    CLOSED = "closed", pgettext_lazy("request", "closed")
    DECLINED = "declined", pgettext_lazy("request", "declined")
    CANCELLED = "cancelled", pgettext_lazy("request", "withdrawn")


REQUEST_MOVES = Transitions(
    {
        RequestState.NEW: [
            RequestState.TAKEN,
            RequestState.ANSWERED,
            RequestState.DECLINED,
            RequestState.CANCELLED,
        ],
        RequestState.TAKEN: [
            RequestState.TAKEN,
            RequestState.ANSWERED,
            RequestState.DECLINED,
            RequestState.CANCELLED,
        ],
        RequestState.ANSWERED: [RequestState.CLOSED, RequestState.TAKEN],
        RequestState.DECLINED: [RequestState.NEW, RequestState.CANCELLED],
    }
)
REQUEST_WAITING = (RequestState.NEW, RequestState.TAKEN)
# Answers that wait for who asked.
REQUEST_REPLIED = (RequestState.ANSWERED, RequestState.DECLINED)
