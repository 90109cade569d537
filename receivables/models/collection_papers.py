"""Papers and agreements of a collection case: letters, instalment plans, the legal stage (REC-03, REC-04, REC-07)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.choices import (
    LadderLevel,
    LegalEnd,
    LegalKind,
    LegalState,
    LetterState,
    LetterWay,
    PlanState,
)
from receivables.models.collection import person_field
from salesops.core.models import Record
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


def _case(name: str) -> models.ForeignKey:
    return models.ForeignKey(
        "receivables.CollectionCase", models.PROTECT, related_name=name, verbose_name=_("collection case")
    )


class CollectionLetter(Record):
    """A demand letter as it went out; its content is kept and never changes, its number is gapless."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    case = _case("letters")
    step = models.OneToOneField(
        "receivables.CollectionStep",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="letter",
        editable=False,
        verbose_name=_("step of collection"),
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=LadderLevel)
    language = models.CharField(_("language"), max_length=10)
    date = models.DateField(_("date of the letter"))
    deadline = models.DateField(_("last day to pay"))
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("text"))
    lines = models.JSONField(_("items"), default=list)
    totals = models.JSONField(_("totals"), default=list)
    amount_base = MoneyField(verbose_name=_("overdue in base currency"))
    customer_name = models.CharField(_("name of the customer"), max_length=200)
    bank = models.TextField(_("bank and account"), blank=True)
    sent_by = person_field(_("sent by"), null=True, blank=True)
    way = models.CharField(pgettext_lazy("collection", "way"), max_length=8, choices=LetterWay)
    address = models.CharField(_("sent to"), max_length=300)
    tracking = models.CharField(_("tracking number"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=LetterState, default=LetterState.SENT)
    answered_date = models.DateField(_("received or back on"), null=True, blank=True)
    proof = models.CharField(_("proof of receipt"), max_length=300, blank=True)

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("demand letter")
        verbose_name_plural = _("demand letters")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", answered_date__isnull=True)
                | (~Q(state="sent") & Q(answered_date__isnull=False) & ~Q(proof="")),
                name="receivables_collectionletter_receipt_has_proof",
            ),
        ]
        indexes = [models.Index(fields=["-date", "-id"], name="receivables_letter_by_date")]

    text_paths = ("number",)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("receivables:collectionletter_detail", args=[self.pk])


class InstalmentPlan(Record):
    """An agreement to pay overdue items in parts; while it is kept its items are not chased. Due dates stay."""

    case = _case("plans")
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency"), db_index=False
    )
    total = MoneyField(verbose_name=_("total"))
    base_total = MoneyField(verbose_name=_("in base currency"))
    agreed_with = models.CharField(pgettext_lazy("person at the customer", "agreed with"), max_length=100)
    note = models.CharField(_("what was agreed"), max_length=500, blank=True)
    asked_date = models.DateField(_("agreed on"))
    state = models.CharField(
        _("state"), max_length=10, choices=PlanState, default=PlanState.ASKED, editable=False
    )
    paid = MoneyField(verbose_name=_("paid"), default=0, editable=False)
    judged_date = models.DateField(_("judged on"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-asked_date", "-pk"]
        verbose_name = _("instalment plan")
        verbose_name_plural = _("instalment plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(total__gt=0, paid__gte=0), name="receivables_instalmentplan_amount_positive"
            ),
            models.UniqueConstraint(
                fields=["case", "currency"],
                condition=Q(state__in=("asked", "running")),
                name="receivables_instalmentplan_one_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["-asked_date", "-id"], name="receivables_plan_by_date")]

    def __str__(self) -> str:
        return f"{self.case} {self.asked_date}"

    def get_absolute_url(self) -> str:
        return reverse("receivables:instalmentplan_detail", args=[self.pk])


class Instalment(models.Model):
    """A part of a plan."""

    plan = models.ForeignKey(InstalmentPlan, models.PROTECT, related_name="rows")
    position = models.PositiveSmallIntegerField(_("position"))
    due_date = models.DateField(_("to be paid until"))
    amount = MoneyField(verbose_name=_("amount"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["plan_id", "position"]
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="receivables_instalment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="receivables_instalment_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.due_date}"


class PlanItem(models.Model):
    """An item that a plan covers, with what was open of it then."""

    plan = models.ForeignKey(InstalmentPlan, models.PROTECT, related_name="covers")
    receivable = models.ForeignKey(
        "receivables.Receivable",
        models.PROTECT,
        related_name="instalment_plans",
        verbose_name=_("receivable"),
    )
    amount = MoneyField(verbose_name=_("amount"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["plan_id", "pk"]
        verbose_name = _("item of a plan")
        verbose_name_plural = _("items of plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "receivable"], name="receivables_planitem_once"),
        ]

    def __str__(self) -> str:
        return f"{self.receivable_id}: {self.amount}"


class LegalStage(Record):
    """A case with legal: amounts, counsel, court, costs and how it ended. One at a time for a case."""

    case = _case("legal_stages")
    state = models.CharField(_("state"), max_length=10, choices=LegalState, default=LegalState.HANDED)
    handed_date = models.DateField(_("handed over on"))
    amount_base = MoneyField(verbose_name=_("claim in base currency"))
    counsel = models.CharField(_("lawyer or firm"), max_length=150, blank=True)
    court = models.CharField(_("court"), max_length=150, blank=True)
    reference = models.CharField(_("number of the court case"), max_length=100, blank=True)
    costs = MoneyField(verbose_name=_("costs in base currency"), default=0)
    next_date = models.DateField(_("next court date"), null=True, blank=True)
    end = models.CharField(_("ended as"), max_length=14, choices=LegalEnd, blank=True)
    ended_date = models.DateField(_("ended on"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=500, blank=True)

    class Meta:
        ordering = ["-handed_date", "-pk"]
        verbose_name = _("legal stage")
        verbose_name_plural = _("legal stages")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=~Q(state="ended"), name="receivables_legalstage_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_date__isnull=False, ended_date__gte=F("handed_date"))
                & ~Q(end="")
                | (~Q(state="ended") & Q(ended_date__isnull=True, end="")),
                name="receivables_legalstage_end_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["-handed_date", "-id"], name="receivables_legal_by_date")]

    def __str__(self) -> str:
        return f"{self.case} {self.handed_date}"

    def get_absolute_url(self) -> str:
        return reverse("receivables:legalstage_detail", args=[self.pk])


class LegalEvent(models.Model):
    """What happened in a legal stage; never changed."""

    stage = models.ForeignKey(LegalStage, models.PROTECT, related_name="events")
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=LegalKind)
    text = models.CharField(_("what happened"), max_length=500)
    amount = MoneyField(verbose_name=_("costs in base currency"), default=0)
    by = person_field(_("who"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["stage_id", "date", "pk"]
        verbose_name = _("event of a legal stage")
        verbose_name_plural = _("events of legal stages")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="receivables_legalevent_amount_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"
