"""Runs of scheduled work, what each did for whom and why, and the outbox of things to be sent."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import ScopedQuerySet


class JobRun(models.Model):
    """One run of a job for one business date; the UNIQUE makes a second real run of that day impossible."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    job = models.CharField(_("job"), max_length=60)
    business_date = models.DateField(_("for day"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("started by")
    )
    summary = models.JSONField(_("result"), default=dict, encoder=DjangoJSONEncoder)
    error = models.TextField(_("error"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-business_date", "-pk"]
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        constraints = [
            models.UniqueConstraint(fields=["job", "business_date"], name="jobs_jobrun_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.business_date}"


class JobItem(models.Model):
    """What a run did, or left, for one subject and why."""

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Skipped")
        FAILED = "failed", _("Failed")

    run = models.ForeignKey(JobRun, models.PROTECT, related_name="items")
    subject = models.CharField(_("subject"), max_length=200)
    subject_url = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=300)  # a code with a registered sentence
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "outcome"], name="jobs_jobitem_by_outcome")]

    def __str__(self) -> str:
        return f"{self.subject}: {self.outcome}"


class OutboxMessage(models.Model):
    """Work that must not be lost: written with the act, sent after commit, swept later, done once."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["not_before"], condition=models.Q(done_at__isnull=True), name="jobs_outbox_waiting"
            )
        ]

    def __str__(self) -> str:
        return self.key
