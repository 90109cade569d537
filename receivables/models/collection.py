"""Collection: one case per customer, its steps, what was said, what was promised (domain §7)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.choices import (
    ActionChannel,
    Acts,
    CaseEnd,
    CaseState,
    LadderLevel,
    PromiseState,
    StepChannel,
    StepState,
    WhyNot,
)
from receivables.models.ladders import CUSTOMER, CollectionLevel
from salesops.core.models import Record
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


def person_field(label: object, **more: object) -> models.ForeignKey:
    """Somebody who did or shall do something; no way back from the person."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **more
    )


class CaseQuerySet(ScopedQuerySet):
    def running(self) -> CaseQuerySet:
        """What is not closed, paused or not."""
        return self.exclude(state=CaseState.CLOSED)


class CollectionCase(Record):
    """All that is overdue of one customer. ``level`` and the figures are caches that the run and postings renew."""

    customer = models.ForeignKey(
        CUSTOMER, models.PROTECT, related_name="collection_cases", verbose_name=_("customer")
    )
    owner = person_field(_("holder"), null=True, blank=True)
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    state = models.CharField(_("state"), max_length=8, choices=CaseState, default=CaseState.OPEN)
    level = models.PositiveSmallIntegerField(_("level"), choices=LadderLevel, default=LadderLevel.NOTICE)
    opened_date = models.DateField(_("opened on"))
    closed_date = models.DateField(_("case closed on"), null=True, blank=True)
    end = models.CharField(_("ended as"), max_length=12, choices=CaseEnd, blank=True)
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    pause_reason = models.CharField(_("why it is paused"), max_length=300, blank=True)
    next_date = models.DateField(_("next contact on"), null=True, blank=True)
    last_contact = models.DateField(_("last contact"), null=True, blank=True)
    overdue_base = MoneyField(verbose_name=_("overdue in base currency"), default=0)
    oldest_due = models.DateField(_("oldest due date"), null=True, blank=True)
    items = models.PositiveIntegerField(_("overdue items"), default=0)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-overdue_base", "-pk"]
        verbose_name = _("collection case")
        verbose_name_plural = _("collection cases")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=~Q(state="closed"),
                name="receivables_collectioncase_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_date__isnull=False)
                | (~Q(state="closed") & Q(closed_date__isnull=True)),
                name="receivables_collectioncase_closed_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="paused") | (Q(paused_until__isnull=False) & ~Q(pause_reason="")),
                name="receivables_collectioncase_pause_has_end",
            ),
        ]
        indexes = [
            models.Index(fields=["-overdue_base", "-id"], name="receivables_case_amount"),
            models.Index(fields=["owner", "state"], name="receivables_case_owner"),
        ]

    def __str__(self) -> str:
        return str(self.customer)

    def get_absolute_url(self) -> str:
        return reverse("receivables:collectioncase_detail", args=[self.pk])


class CollectionStep(models.Model):
    """What is to be done for one customer on one day, at most one at a time; done, its items reach their level."""

    case = models.ForeignKey(
        CollectionCase, models.PROTECT, related_name="steps", verbose_name=_("collection case")
    )
    policy_level = models.ForeignKey(
        CollectionLevel, models.PROTECT, related_name="+", verbose_name=_("level of a ladder")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=LadderLevel)
    channel = models.CharField(pgettext_lazy("collection", "way"), max_length=8, choices=StepChannel)
    acts = models.CharField(_("done by"), max_length=8, choices=Acts, default=Acts.OWNER)
    person = person_field(_("person"), null=True, blank=True)
    date = models.DateField(_("for day"))
    due_date = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=8, choices=StepState, default=StepState.PROPOSED)
    done_date = models.DateField(_("done on"), null=True, blank=True)
    done_by = person_field(_("done by"), null=True, blank=True)
    proof = models.CharField(_("proof"), max_length=300, blank=True)
    run_id = models.BigIntegerField(null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("step of collection")
        verbose_name_plural = _("steps of collection")
        constraints = [
            models.UniqueConstraint(fields=["case", "date"], name="receivables_collectionstep_one_a_day"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state="proposed"),
                name="receivables_collectionstep_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=(Q(state="done", done_date__isnull=False) & ~Q(proof=""))
                | (~Q(state="done") & Q(done_date__isnull=True)),
                name="receivables_collectionstep_done_has_proof",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "due_date"],
                condition=Q(state="proposed"),
                name="receivables_step_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.date}"


class CollectionStepItem(models.Model):
    """An item of a step with the level that it reaches, and what was open of it then."""

    step = models.ForeignKey(CollectionStep, models.PROTECT, related_name="items")
    receivable = models.ForeignKey(
        "receivables.Receivable",
        models.PROTECT,
        related_name="collection_items",
        verbose_name=_("receivable"),
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=LadderLevel)
    outstanding = MoneyField(verbose_name=_("outstanding then"))
    days = models.IntegerField(_("days overdue"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["step_id", "pk"]
        verbose_name = _("item of a step")
        verbose_name_plural = _("items of steps")
        constraints = [
            models.UniqueConstraint(
                fields=["step", "receivable"], name="receivables_collectionstepitem_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receivable_id} L{self.level}"


class CollectionAction(Record):
    """One contact with the customer: what was said, why it does not pay, what was agreed (REC-03)."""

    case = models.ForeignKey(
        CollectionCase, models.PROTECT, related_name="actions", verbose_name=_("collection case")
    )
    step = models.ForeignKey(
        CollectionStep,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        editable=False,
        verbose_name=_("step of collection"),
    )
    at = models.DateTimeField(_("when"))
    by = person_field(_("who"), editable=False)
    channel = models.CharField(
        pgettext_lazy("collection", "way"), max_length=8, choices=ActionChannel, default=ActionChannel.PHONE
    )
    reached = models.BooleanField(_("somebody was reached"), default=True)
    contact = models.CharField(_("spoken to"), max_length=100, blank=True)
    said = models.TextField(_("what was said"), max_length=2000)
    reason = models.CharField(_("why it is not paid"), max_length=10, choices=WhyNot, default=WhyNot.UNKNOWN)
    agreed = models.TextField(_("what was agreed"), max_length=1000, blank=True)
    next_date = models.DateField(_("next contact on"), null=True, blank=True)
    proof = models.CharField(
        _("proof"), max_length=200, blank=True, help_text=_("Number of the letter or call; files below.")
    )

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("collection contact")
        verbose_name_plural = _("collection contacts")
        indexes = [
            models.Index(fields=["case", "-at"], name="receivables_action_case"),
            models.Index(fields=["-at", "-id"], name="receivables_action_at"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(said=""), name="receivables_collectionaction_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("receivables:collectionaction_detail", args=[self.pk])


class PromiseQuerySet(ScopedQuerySet):
    def waiting(self) -> PromiseQuerySet:
        return self.filter(state=PromiseState.OPEN)


class Promise(Record):
    """What a person of the customer promised to pay until a day (REC-04); judged by the money that was allocated."""

    case = models.ForeignKey(
        CollectionCase, models.PROTECT, related_name="promises", verbose_name=_("collection case")
    )
    customer = models.ForeignKey(
        CUSTOMER, models.PROTECT, related_name="promises", verbose_name=_("customer"), editable=False
    )
    owner = person_field(_("holder"), null=True, blank=True, editable=False)
    team = models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("team"),
    )
    receivable = models.ForeignKey(
        "receivables.Receivable",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="promises",
        verbose_name=_("for the item"),
        help_text=_("Empty: money for any item counts."),
    )
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency"), db_index=False
    )
    amount = MoneyField(verbose_name=_("amount"))
    made_date = models.DateField(_("promised on"))
    due_date = models.DateField(_("to be paid until"))
    person = models.CharField(_("who promised"), max_length=100)
    proof = models.CharField(_("proof"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=PromiseState, default=PromiseState.OPEN, editable=False
    )
    paid = MoneyField(verbose_name=_("paid in time"), default=0, editable=False)
    judged_date = models.DateField(_("judged on"), null=True, blank=True, editable=False)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        ordering = ["-due_date", "-pk"]
        verbose_name = _("promise to pay")
        verbose_name_plural = _("promises to pay")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, paid__gte=0), name="receivables_promise_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(due_date__gte=F("made_date")), name="receivables_promise_not_in_the_past"
            ),
        ]
        indexes = [
            models.Index(fields=["due_date"], condition=Q(state="open"), name="receivables_promise_waiting"),
            models.Index(fields=["customer", "-due_date"], name="receivables_promise_customer"),
            models.Index(fields=["-due_date", "-id"], name="receivables_promise_due"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.due_date}"

    def get_absolute_url(self) -> str:
        return reverse("receivables:promise_detail", args=[self.pk])

    def is_late(self, on: date) -> bool:
        return self.state == PromiseState.OPEN and self.due_date < on
