"""Market information: competitors, what is seen of them, campaigns, product demands (MKT, RND-01)."""

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
from salesops.core.money import MoneyField, PriceField
from salesops.core.policies import ScopedQuerySet


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
