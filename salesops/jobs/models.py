"""Runs of scheduled work, what each did for whom and why, and the outbox of things to be sent."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import ScopedQuerySet
from salesops.jobs.registry import jobs, reason_sentence

OUTBOX_STATES = {
    "waiting": _("Waiting"),
    "retrying": _("Will be tried again"),
    "failed": _("Failed"),
    "sent": _("Sent"),
}


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
        return f"{self.title} {self.business_date}"

    @property
    def title(self) -> str:
        """The job's title in the reader's language; its name if no app registers it any more."""
        definition = jobs.get(self.job)
        return str(definition.title) if definition else self.job


class JobItem(models.Model):
    """What a run did, or left, for one subject and why."""

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Skipped")
        FAILED = "failed", _("Failed")

    run = models.ForeignKey(JobRun, models.PROTECT, related_name="items")
    subject = models.CharField(_("for whom"), max_length=200)
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

    @property
    def sentence(self) -> str:
        """Why, as a sentence in the reader's language; the bare code if nobody registered one."""
        return reason_sentence(self.reason, self.data)


class OutboxMessage(models.Model):
    """Work that must not be lost: written with the act, sent after commit, swept later, done once."""

    key = models.CharField(_("key"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=60)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(_("created"))
    not_before = models.DateTimeField(_("not before"))
    done_at = models.DateTimeField(_("sent"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    # Set when no further try is made by itself: a person has to look and send it again.
    gave_up_at = models.DateTimeField(_("given up"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        indexes = [
            models.Index(
                fields=["not_before"], condition=models.Q(done_at__isnull=True), name="jobs_outbox_waiting"
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def state(self) -> str:
        """``sent``, ``failed`` (given up), ``retrying`` or ``waiting``."""
        if self.done_at:
            return "sent"
        if self.gave_up_at:
            return "failed"
        return "retrying" if self.attempts else "waiting"

    def get_state_display(self) -> str:
        return str(OUTBOX_STATES[self.state])


class JobWatch(models.Model):
    """From which day on a job is looked after by itself; days before it are history and not caught up."""

    job = models.CharField(max_length=60, unique=True)
    from_date = models.DateField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["job"]

    def __str__(self) -> str:
        return f"{self.job} {self.from_date}"


class Heartbeat(models.Model):
    """When a part of the machinery last showed life, read by ``/readyz``."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
