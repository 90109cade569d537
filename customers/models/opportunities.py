"""Opportunities: qualified deals on their way through seven steps (OPP-03), and all that hangs on one."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.deals import (
    ALIVE_STAGES,
    CLOSED_STAGES,
    OPEN_STAGES,
    Stage,
    loss_word,
)
from customers.models.customers import Customer
from customers.models.leads import Lead
from customers.models.market import Competitor
from salesops.core.models import Record
from salesops.core.money import ExchangeRateField, FractionField, MoneyField, PriceField, QuantityField
from salesops.core.policies import ScopedQuerySet


class LossReason(models.Model):
    """Why deals are lost; a list that the department keeps (OPP-07)."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(pgettext_lazy("reason", "reason"), max_length=100)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=100)
    is_active = models.BooleanField(_("offered in forms"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name", "pk"]
        verbose_name = _("loss reason")
        verbose_name_plural = _("loss reasons")
        constraints = [models.UniqueConstraint(fields=["name"], name="customers_lossreason_name_once")]

    text_paths = ("name",)

    def __str__(self) -> str:
        return self.word

    def get_absolute_url(self) -> str:
        return reverse("customers:lossreason_detail", args=[self.pk])

    @property
    def word(self) -> str:
        """In the reader's language, as long as nobody renamed it."""
        return loss_word(self.code, self.name)


class OpportunityQuerySet(ScopedQuerySet):
    def open(self) -> OpportunityQuerySet:
        """Deals in one of the six steps before the decision."""
        return self.filter(stage__in=OPEN_STAGES)

    def alive(self) -> OpportunityQuerySet:
        """Open deals and those on hold."""
        return self.filter(stage__in=ALIVE_STAGES)


class Opportunity(Record):
    """A deal. ``owner`` and ``team`` are those of now while it is alive, and those of the day when it was closed.

    ``amount`` is the sum of the lines where there are lines. ``base_rate`` follows the day while the deal is
    alive and stays as it was on the day it was closed.
    """

    code = models.CharField(_("number"), max_length=60, unique=True, editable=False)
    title = models.CharField(pgettext_lazy("deal", "what it is about"), max_length=200)
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="opportunities",
        verbose_name=_("customer"),
    )
    lead = models.OneToOneField(
        Lead,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="opportunity",
        editable=False,
        verbose_name=_("lead"),
    )
    campaign = models.ForeignKey(
        "customers.Campaign",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="opportunities",
        verbose_name=_("campaign or exhibition"),
    )
    source = models.CharField(_("source"), max_length=60, blank=True)
    product = models.ForeignKey(
        "catalog.Product",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("main product"),
    )
    stage = models.CharField(
        pgettext_lazy("deal", "step"), max_length=12, choices=Stage, default=Stage.RESEARCH, editable=False
    )
    held_from = models.CharField(max_length=12, choices=Stage, blank=True, editable=False)
    stage_since = models.DateField(_("in this step since"), editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="opportunities", verbose_name=_("owner")
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
    amount = MoneyField(verbose_name=_("expected amount"), null=True, blank=True)
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency")
    )
    base_rate = ExchangeRateField(default=1, editable=False)
    base_amount = MoneyField(verbose_name=_("amount in base currency"), default=0, editable=False)
    probability = FractionField(verbose_name=_("probability"), default=0)
    probability_by_hand = models.BooleanField(default=False, editable=False)
    expected_close = models.DateField(_("decision expected on"), null=True, blank=True)
    created_date = models.DateField(_("opened on"), editable=False)
    engaged_date = models.DateField(_("engaged on"), null=True, blank=True, editable=False)
    closed_date = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    score = models.PositiveSmallIntegerField(
        _("score (0–100)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    intention = models.PositiveSmallIntegerField(
        _("intention to buy (1–5)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    need_record = models.TextField(_("needs of the customer"), blank=True)
    budget = MoneyField(verbose_name=_("budget of the customer"), null=True, blank=True)
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    bottom_line = models.CharField(_("our bottom line"), max_length=300, blank=True)
    offer_ref = models.CharField(_("offer sent (number)"), max_length=100, blank=True)
    offer_date = models.DateField(_("offer sent on"), null=True, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    next_step_on = models.DateField(_("next step on"), null=True, blank=True)
    deal_paper = models.CharField(_("number of the contract or order"), max_length=100, blank=True)
    paper_type = models.ForeignKey(
        "contenttypes.ContentType", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    paper_id = models.BigIntegerField(null=True, blank=True, editable=False)
    loss_reason = models.ForeignKey(
        LossReason,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="opportunities",
        editable=False,
        verbose_name=_("why lost"),
    )
    lost_to = models.ForeignKey(
        Competitor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="won_deals",
        editable=False,
        verbose_name=_("lost to"),
    )
    closing_note = models.CharField(_("what decided it"), max_length=500, blank=True, editable=False)
    remarks = models.TextField(_("remarks"), blank=True)

    objects = OpportunityQuerySet.as_manager()
    choice_search = ("code", "title")

    class Meta:
        ordering = ["-created_date", "-pk"]
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="customers_opportunity_number_given"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="customers_opportunity_amount_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(probability__gte=0) & Q(probability__lte=1),
                name="customers_opportunity_probability_in_range",
            ),
            models.CheckConstraint(
                condition=Q(intention__isnull=True) | Q(intention__gte=1, intention__lte=5),
                name="customers_opportunity_intention_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["won", "lost"]) | (~Q(next_step="") & Q(next_step_on__isnull=False)),
                name="customers_opportunity_next_step_set",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["won", "lost"], closed_date__isnull=False)
                | (~Q(stage__in=["won", "lost"]) & Q(closed_date__isnull=True)),
                name="customers_opportunity_decided_has_day",
            ),
            models.CheckConstraint(
                condition=Q(stage="lost", loss_reason__isnull=False)
                | (~Q(stage="lost") & Q(loss_reason__isnull=True, lost_to__isnull=True)),
                name="customers_opportunity_lost_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(stage="on_hold", held_from__in=[str(s) for s in OPEN_STAGES])
                | (~Q(stage="on_hold") & Q(held_from="")),
                name="customers_opportunity_hold_knows_its_step",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "created_date", "id"], name="customers_opp_owner"),
            models.Index(fields=["team", "created_date", "id"], name="customers_opp_team"),
            models.Index(fields=["created_date", "id"], name="customers_opp_created"),
            models.Index(fields=["customer", "created_date", "id"], name="customers_opp_customer"),
            models.Index(fields=["closed_date", "id"], name="customers_opp_closed"),
            models.Index(fields=["expected_close", "id"], name="customers_opp_expected"),
            models.Index(OpClass(Upper("code"), "text_pattern_ops"), name="customers_opp_found"),
            models.Index(
                fields=["next_step_on", "id"],
                condition=~Q(stage__in=["won", "lost"]),
                name="customers_opp_next",
            ),
            # What board and forecast sort, count and sum: open deals alone, few of all that ever were.
            models.Index(
                fields=["stage", "next_step_on", "id"],
                condition=Q(stage__in=[str(s) for s in OPEN_STAGES]),
                include=[
                    "owner",
                    "team",
                    "product",
                    "customer",
                    "expected_close",
                    "base_amount",
                    "probability",
                ],
                name="customers_opp_open",
            ),
        ]

    text_paths = ("title",)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("customers:opportunity_detail", args=[self.pk])

    @property
    def is_alive(self) -> bool:
        return self.stage not in CLOSED_STAGES


class OpportunityLine(models.Model):
    """A product of a deal; ``amount`` is quantity × price, or what an import gave."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=1)
    product = models.ForeignKey(
        "catalog.Product", models.PROTECT, related_name="+", verbose_name=_("product")
    )
    quantity = QuantityField(verbose_name=_("quantity"), null=True, blank=True)
    price = PriceField(verbose_name=_("unit price"), null=True, blank=True)
    amount = MoneyField(verbose_name=_("amount"), default=0)
    base_amount = MoneyField(default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["opportunity_id", "position", "pk"]
        verbose_name = _("product of an opportunity")
        verbose_name_plural = _("products of opportunities")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="customers_opportunityline_amount_not_negative"
            )
        ]

    def __str__(self) -> str:
        return str(self.product)


class StageMove(models.Model):
    """A deal went from one step to another; who had it then, in which team, and what it was worth."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="moves")
    from_stage = models.CharField(pgettext_lazy("deal", "from"), max_length=12, choices=Stage, blank=True)
    to_stage = models.CharField(pgettext_lazy("deal", "to"), max_length=12, choices=Stage)
    date = models.DateField(pgettext_lazy("deal", "on"))
    at = models.DateTimeField()
    days = models.PositiveIntegerField(_("days in the step before"), default=0)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("moved by")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, related_name="+", verbose_name=_("team")
    )
    base_amount = MoneyField(default=0)
    reason = models.CharField(pgettext_lazy("reason", "reason"), max_length=500, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["opportunity_id", "at", "pk"]
        verbose_name = _("step of an opportunity")
        verbose_name_plural = _("steps of opportunities")
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_stage=F("to_stage")), name="customers_stagemove_goes_somewhere"
            )
        ]
        indexes = [models.Index(fields=["date", "to_stage"], name="customers_move_date")]

    def __str__(self) -> str:
        return f"{self.opportunity}: {self.get_to_stage_display()}"
