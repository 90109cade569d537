"""A task has exactly one owner, a due time, a requirement and a result (DAY-10, DAY-13)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.core.models import Record
from salesops.core.subjects import AboutRecord, SubjectQuerySet
from salesops.work.choices import TASK_UNDONE, TaskState
from salesops.work.saying import told


class TaskQuerySet(SubjectQuerySet):
    def undone(self) -> TaskQuerySet:
        return self.filter(state__in=TASK_UNDONE)

    def overdue(self, at: datetime) -> TaskQuerySet:
        return self.undone().filter(due_at__lt=at)


class Task(AboutRecord, Record):
    """``asked_by`` is empty for tasks that a rule of the handbook made; ``cause`` makes such a task once."""

    subject_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    subject_id = models.BigIntegerField(null=True, blank=True, editable=False)
    title = models.CharField(_("what is to be done"), max_length=200)
    requirement = models.TextField(_("requirement"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tasks", verbose_name=_("responsible")
    )
    team = models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("team"),
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("given by"),
    )
    due_at = models.DateTimeField(pgettext_lazy("deadline", "due"))
    is_key = models.BooleanField(_("key task, followed by the superior"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=TaskState, default=TaskState.OPEN, editable=False
    )
    progress = models.PositiveSmallIntegerField(_("progress (%)"), default=0, editable=False)
    result = models.TextField(_("result"), blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)
    cause = models.CharField(max_length=150, null=True, blank=True, unique=True, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="work_task_progress_to_100"),
            models.CheckConstraint(
                condition=(Q(state="done") & Q(finished_at__isnull=False) & ~Q(result=""))
                | (~Q(state="done") & Q(finished_at__isnull=True)),
                name="work_task_done_has_result",
            ),
            models.CheckConstraint(
                condition=Q(subject_type__isnull=True, subject_id__isnull=True)
                | Q(subject_type__isnull=False, subject_id__isnull=False),
                name="work_task_subject_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "state", "due_at", "id"], name="work_task_owner"),
            models.Index(fields=["due_at", "id"], name="work_task_due"),
            models.Index(fields=["team", "due_at", "id"], name="work_task_team"),
            models.Index(fields=["subject_type", "subject_id", "due_at"], name="work_task_subject"),
            models.Index(
                fields=["due_at"], condition=Q(state__in=("open", "running")), name="work_task_undone"
            ),
        ]

    def __str__(self) -> str:
        return self.title_words

    @property
    def title_words(self) -> str:
        """What is to be done; of tasks that the program gave in the reader's language."""
        return told(self.cause, self.title, self.requirement)[0]

    @property
    def requirement_words(self) -> str:
        """The requirement, likewise."""
        return told(self.cause, self.title, self.requirement)[1]

    def get_absolute_url(self) -> str:
        return reverse("work:task_detail", args=[self.pk])

    @property
    def is_undone(self) -> bool:
        return self.state in TASK_UNDONE
