"""Market information: competitors, what is seen of them, campaigns, product demands (MKT, RND-01)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.market import (
    DemandKind,
    DemandState,
    FactSource,
    FactTopic,
    Reliability,
    Urgency,
    WeekState,
)
from customers.models.customers import Customer
from salesops.core.models import Record
from salesops.core.money import PriceField


def _owner(related: str, label: object) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name=related, editable=False, verbose_name=label
    )


def _team() -> models.ForeignKey:
    return models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("team"),
    )


class Competitor(Record):
    """A company that sells against us (MKT-04)."""

    name = models.CharField(pgettext_lazy("competitor", "name"), max_length=200, unique=True)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    country = models.CharField(_("country"), max_length=60, blank=True)
    region = models.CharField(pgettext_lazy("competitor", "where they sell"), max_length=200, blank=True)
    products = models.TextField(pgettext_lazy("competitor", "products"), blank=True)
    price_band = models.CharField(_("price band"), max_length=100, blank=True)
    channels = models.CharField(_("channels"), max_length=300, blank=True)
    brand = models.CharField(_("brand and reputation"), max_length=300, blank=True)
    strengths = models.TextField(_("strengths"), blank=True)
    weaknesses = models.TextField(_("weaknesses"), blank=True)
    our_advantage = models.TextField(_("our advantage over them"), blank=True)
    website = models.URLField(_("web site"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    choice_search = ("name", "short_name")

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("competitor")
        verbose_name_plural = _("competitors")
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="customers_competitor_name_given")]

    text_paths = ("short_name", "name")

    def __str__(self) -> str:
        return self.short_name or self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:competitor_detail", args=[self.pk])


class Observation(Record):
    """Something seen or heard of the market, by somebody on a day (MKT-02, MKT-04)."""

    competitor = models.ForeignKey(
        Competitor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("competitor"),
    )
    topic = models.CharField(pgettext_lazy("market", "topic"), max_length=12, choices=FactTopic)
    product = models.ForeignKey(
        "catalog.Product",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("our product it compares with"),
    )
    their_product = models.CharField(_("their product"), max_length=200, blank=True)
    price = PriceField(verbose_name=_("price seen"), null=True, blank=True)
    currency = models.ForeignKey(
        "catalog.Currency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("currency"),
    )
    fact = models.TextField(_("what was seen"))
    seen_on = models.DateField(_("seen on"))
    region = models.CharField(_("region"), max_length=100, blank=True)
    source = models.CharField(_("source"), max_length=12, choices=FactSource, default=FactSource.FIELD)
    reliability = models.CharField(
        _("reliability"), max_length=8, choices=Reliability, default=Reliability.LIKELY
    )
    suggestion = models.TextField(_("what we should do"), blank=True)
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("heard at"),
    )
    opportunity = models.ForeignKey(
        "customers.Opportunity",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("opportunity"),
    )
    visit = models.ForeignKey(
        "customers.Visit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("raised at visit"),
    )
    owner = _owner("+", _("reported by"))
    team = _team()

    class Meta:
        ordering = ["-seen_on", "-pk"]
        verbose_name = _("observation")
        verbose_name_plural = _("market observations")
        constraints = [
            models.CheckConstraint(condition=~Q(fact=""), name="customers_observation_fact_given"),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0),
                name="customers_observation_price_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(currency__isnull=False),
                name="customers_observation_price_has_currency",
            ),
        ]
        indexes = [
            models.Index(fields=["seen_on", "id"], name="customers_obs_seen"),
            models.Index(fields=["competitor", "seen_on", "id"], name="customers_obs_competitor"),
            models.Index(fields=["team", "seen_on", "id"], name="customers_obs_team"),
        ]

    def __str__(self) -> str:
        return self.fact[:80]

    def get_absolute_url(self) -> str:
        return reverse("customers:observation_detail", args=[self.pk])


class MarketWeek(Record):
    """The weekly collection of a team: what its people saw in the week, read together."""

    team = models.ForeignKey("accounts.Team", models.PROTECT, related_name="+", verbose_name=_("team"))
    week_start = models.DateField(_("week from"))
    owner = _owner("+", _("collected by"))
    summary = models.TextField(_("what the week shows"), blank=True)
    actions = models.TextField(_("what we should do"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=WeekState, default=WeekState.DRAFT, editable=False
    )
    submitted_at = models.DateTimeField(_("handed in"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-week_start", "team_id", "pk"]
        verbose_name = _("weekly market report")
        verbose_name_plural = _("weekly market reports")
        constraints = [
            models.UniqueConstraint(fields=["team", "week_start"], name="customers_marketweek_once_a_week"),
            models.CheckConstraint(
                condition=Q(week_start__week_day=2), name="customers_marketweek_begins_on_monday"
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | (Q(submitted_at__isnull=False) & ~Q(summary="")),
                name="customers_marketweek_handed_in_is_written",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.week_start:%G-W%V}"

    def get_absolute_url(self) -> str:
        return reverse("customers:marketweek_detail", args=[self.pk])


class ProductDemand(Record):
    """What a customer needs of a product, from the first word to the answer (RND-01, RND-03)."""

    number = models.CharField(_("number"), max_length=60, unique=True, editable=False)
    title = models.CharField(pgettext_lazy("demand", "in one line"), max_length=200)
    need = models.TextField(pgettext_lazy("demand", "what is needed, and why"))
    kind = models.CharField(_("kind"), max_length=10, choices=DemandKind, default=DemandKind.IMPROVE)
    product = models.ForeignKey(
        "catalog.Product", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="demands", verbose_name=_("customer")
    )
    opportunity = models.ForeignKey(
        "customers.Opportunity",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="demands",
        verbose_name=_("opportunity"),
    )
    visit = models.ForeignKey(
        "customers.Visit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="demands",
        verbose_name=_("raised at visit"),
    )
    source = models.CharField(_("source"), max_length=12, choices=FactSource, default=FactSource.CUSTOMER)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency, default=Urgency.NORMAL)
    raised_on = models.DateField(_("raised on"), editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=DemandState, default=DemandState.NEW, editable=False
    )
    answer = models.TextField(pgettext_lazy("demand", "answer to who asked"), blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    paper = models.ForeignKey(
        "customers.RequirementPaper",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="demands",
        verbose_name=_("product requirement document"),
    )
    planned_for = models.DateField(
        pgettext_lazy("demand", "planned for"), null=True, blank=True, editable=False
    )
    owner = _owner("+", _("raised by"))
    team = _team()

    class Meta:
        ordering = ["-raised_on", "-pk"]
        verbose_name = _("product demand")
        verbose_name_plural = _("product demands")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["new", "in_review"]) | ~Q(answer=""),
                name="customers_productdemand_decided_has_answer",
            )
        ]
        indexes = [
            models.Index(fields=["raised_on", "id"], name="customers_demand_raised"),
            models.Index(fields=["customer", "raised_on", "id"], name="customers_demand_customer"),
        ]

    text_paths = ("title",)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("customers:productdemand_detail", args=[self.pk])
