"""Campaigns and exhibitions: what they cost, who came, what was handed out, what came of them (MKT-07 to MKT-12)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.market import (
    CampaignKind,
    CampaignState,
    CostItem,
)
from customers.models.customers import Customer
from customers.models.market import _owner, _team
from salesops.core.models import Record
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


class Campaign(Record):
    """A campaign or an exhibition: planned, approved, carried out, evaluated (MKT-07 to MKT-12)."""

    number = models.CharField(_("number"), max_length=60, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=CampaignKind)
    theme = models.CharField(pgettext_lazy("campaign", "theme"), max_length=200)
    form = models.CharField(pgettext_lazy("campaign", "form"), max_length=200)
    goal = models.TextField(pgettext_lazy("campaign", "goal"), blank=True)
    start = models.DateField(pgettext_lazy("campaign", "from"))
    end = models.DateField(pgettext_lazy("campaign", "to (last day)"))
    place = models.CharField(pgettext_lazy("campaign", "place"), max_length=200, blank=True)
    booth = models.CharField(_("booth"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    budget = MoneyField(verbose_name=_("budget"))
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency")
    )
    invited = models.PositiveIntegerField(_("invited"), default=0)
    attended = models.PositiveIntegerField(_("attended"), default=0)
    staff = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("our people there")
    )
    adjustment = models.TextField(pgettext_lazy("campaign", "what was adjusted"), blank=True, editable=False)
    effect = models.TextField(_("evaluation of the effect"), blank=True, editable=False)
    report = models.TextField(_("report afterwards"), blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=CampaignState, default=CampaignState.PLANNED, editable=False
    )
    reason = models.CharField(_("why cancelled"), max_length=300, blank=True, editable=False)
    owner = _owner("+", _("responsible"))
    team = _team()

    choice_search = ("number", "theme")

    class Meta:
        ordering = ["-start", "-pk"]
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns and exhibitions")
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gte=F("start")), name="customers_campaign_dates_in_order"
            ),
            models.CheckConstraint(condition=Q(budget__gte=0), name="customers_campaign_budget_not_negative"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(reason=""), name="customers_campaign_cancel_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["evaluated", "closed"]) | ~Q(effect=""),
                name="customers_campaign_evaluated_in_words",
            ),
        ]

    text_paths = ("theme",)

    def __str__(self) -> str:
        return self.theme

    def get_absolute_url(self) -> str:
        return reverse("customers:campaign_detail", args=[self.pk])


class CampaignCost(models.Model):
    """One item of a campaign's budget, planned and spent."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="costs")
    item = models.CharField(pgettext_lazy("cost", "item"), max_length=12, choices=CostItem)
    planned = MoneyField(verbose_name=_("planned cost"), default=0)
    actual = MoneyField(verbose_name=_("actual cost"), default=0)
    note = models.CharField(_("remark"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["campaign_id", "pk"]
        verbose_name = _("cost of a campaign")
        verbose_name_plural = _("costs of campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(planned__gte=0) & Q(actual__gte=0), name="customers_campaigncost_not_negative"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_item_display())


class CampaignGuest(models.Model):
    """A customer invited to a campaign, and whether somebody came."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="guests")
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="invitations", verbose_name=_("customer")
    )
    came = models.BooleanField(pgettext_lazy("guest", "came"), default=False)
    note = models.CharField(_("remark"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["campaign_id", "pk"]
        verbose_name = _("guest of a campaign")
        verbose_name_plural = _("guests of campaigns")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "customer"], name="customers_campaignguest_once")
        ]

    def __str__(self) -> str:
        return str(self.customer)


class CampaignMaterial(models.Model):
    """Something that a campaign needs on the spot: samples, brochures, a screen (MKT-09)."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="materials")
    name = models.CharField(pgettext_lazy("material", "material"), max_length=200)
    quantity = models.PositiveIntegerField(pgettext_lazy("material", "quantity"), default=1)
    ready = models.BooleanField(pgettext_lazy("material", "ready"), default=False)
    note = models.CharField(_("remark"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["campaign_id", "pk"]
        verbose_name = _("material of a campaign")
        verbose_name_plural = _("materials of campaigns")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "name"], name="customers_campaignmaterial_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="customers_campaignmaterial_some"),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignFeedback(models.Model):
    """What somebody says of a campaign, with a mark from one to five (MKT-10)."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="feedback")
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("customer")
    )
    words = models.TextField(pgettext_lazy("feedback", "what was said"))
    mark = models.PositiveSmallIntegerField(pgettext_lazy("feedback", "mark (1 to 5)"), null=True, blank=True)
    day = models.DateField(_("date"))
    owner = _owner("+", _("heard by"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["campaign_id", "-day", "-pk"]
        verbose_name = _("feedback on a campaign")
        verbose_name_plural = _("feedback on campaigns")
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="customers_campaignfeedback_said"),
            models.CheckConstraint(
                condition=Q(mark__isnull=True) | Q(mark__range=(1, 5)), name="customers_campaignfeedback_mark"
            ),
        ]

    def __str__(self) -> str:
        return self.words[:80]
