"""Research of the market: planned, reported, reviewed, published; target markets; partners (MKT-01, 03, 06, 17)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.research import PaperState, PartnerKind, StudyState, TalkWay
from customers.models.market import _owner, _team
from salesops.core.models import Record
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


class MarketStudy(Record):
    """A research plan (goal, subject, method, dates) that becomes a market analysis report.

    ``due_on`` is the day on which the report is handed in. ``period_start`` is set on those that the schedule of the
    handbook asks of a team: one a team and period.
    """

    number = models.CharField(_("number"), max_length=60, unique=True, editable=False)
    subject = models.CharField(pgettext_lazy("study", "subject"), max_length=200)
    goal = models.TextField(pgettext_lazy("study", "goal"))
    method = models.TextField(pgettext_lazy("study", "method"))
    start = models.DateField(pgettext_lazy("study", "from"))
    end = models.DateField(pgettext_lazy("study", "to (last day)"))
    due_on = models.DateField(_("report due on"))
    region = models.CharField(_("region"), max_length=100, blank=True)
    period_start = models.DateField(_("asked for since"), null=True, blank=True, editable=False)
    findings = models.TextField(pgettext_lazy("study", "findings"), blank=True, editable=False)
    conclusions = models.TextField(pgettext_lazy("study", "conclusions"), blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=StudyState, default=StudyState.PLANNED, editable=False
    )
    submitted_on = models.DateField(_("handed in on"), null=True, blank=True, editable=False)
    published_on = models.DateField(_("published on"), null=True, blank=True, editable=False)
    reviewer = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("reviewed by"),
    )
    review_note = models.TextField(
        pgettext_lazy("study", "what the reviewer says"), blank=True, editable=False
    )
    owner = _owner("+", _("responsible"))
    team = _team()

    text_paths = ("subject",)
    choice_search = ("number", "subject")

    class Meta:
        ordering = ["-due_on", "-pk"]
        verbose_name = _("market study")
        verbose_name_plural = _("market studies")
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gte=F("start")), name="customers_marketstudy_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("start")), name="customers_marketstudy_due_after_start"
            ),
            models.CheckConstraint(
                condition=Q(state="planned") | (Q(submitted_on__isnull=False) & ~Q(findings="")),
                name="customers_marketstudy_handed_in_is_written",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "submitted"])
                | (Q(published_on__isnull=False) & Q(reviewer__isnull=False) & ~Q(reviewer=F("owner"))),
                name="customers_marketstudy_published_by_another",
            ),
            models.UniqueConstraint(
                fields=["team", "period_start"], name="customers_marketstudy_one_a_period"
            ),
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="customers_study_due")]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("customers:marketstudy_detail", args=[self.pk])


class TargetMarket(Record):
    """A market that we mean to win: who is in it, how large it is, how we come in, what makes us different."""

    name = models.CharField(pgettext_lazy("target market", "name"), max_length=200, unique=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    traits = models.TextField(pgettext_lazy("target market", "traits of its customers"))
    size = MoneyField(verbose_name=pgettext_lazy("target market", "size a year"), null=True, blank=True)
    currency = models.ForeignKey(
        "catalog.Currency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("currency"),
    )
    size_source = models.CharField(_("where the size is from"), max_length=200, blank=True)
    potential = models.TextField(pgettext_lazy("target market", "potential"))
    entry = models.TextField(_("entry strategy"))
    difference = models.TextField(_("differentiation"))
    study = models.ForeignKey(
        MarketStudy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="markets",
        verbose_name=_("market study"),
    )
    is_active = models.BooleanField(_("active"), default=True)
    owner = _owner("+", _("responsible"))
    team = _team()

    text_paths = ("name",)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("target market")
        verbose_name_plural = _("target markets")
        constraints = [
            models.CheckConstraint(
                condition=Q(size__isnull=True)
                | (Q(size__gte=0) & Q(currency__isnull=False) & ~Q(size_source="")),
                name="customers_targetmarket_size_has_source",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:targetmarket_detail", args=[self.pk])


class Partner(Record):
    """A company outside that works with us: agreement, rights and duties, and how often we talk (MKT-17)."""

    name = models.CharField(pgettext_lazy("partner", "name"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=PartnerKind, default=PartnerKind.AGENT)
    contact = models.CharField(pgettext_lazy("partner", "person to talk to"), max_length=100, blank=True)
    agreement = models.CharField(pgettext_lazy("partner", "agreement"), max_length=300)
    agreed_from = models.DateField(_("agreed from"))
    agreed_to = models.DateField(_("agreed until"), null=True, blank=True)
    rights = models.TextField(_("our rights, their duties"))
    duties = models.TextField(_("our duties, their rights"))
    contact_every = models.PositiveSmallIntegerField(_("talk every (days)"), default=30)
    last_talk_on = models.DateField(_("last talk"), null=True, blank=True, editable=False)
    next_talk_on = models.DateField(_("next talk due"), editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    owner = _owner("+", _("responsible"))
    team = _team()

    text_paths = ("name",)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_to__isnull=True) | Q(agreed_to__gte=F("agreed_from")),
                name="customers_partner_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(contact_every__range=(1, 366)), name="customers_partner_rhythm_of_a_year"
            ),
        ]
        indexes = [models.Index(fields=["next_talk_on", "id"], name="customers_partner_due")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:partner_detail", args=[self.pk])


class PartnerTalk(models.Model):
    """One talk with a partner: what they think, what is done better from now on."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="talks", verbose_name=_("partner"))
    day = models.DateField(_("date"))
    way = models.CharField(pgettext_lazy("partner talk", "way"), max_length=8, choices=TalkWay)
    opinions = models.TextField(_("their opinions"))
    improvement = models.TextField(_("what we improve"), blank=True)
    owner = _owner("+", _("talked by"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = _("talk with a partner")
        verbose_name_plural = _("talks with partners")
        constraints = [models.CheckConstraint(condition=~Q(opinions=""), name="customers_partnertalk_said")]

    def __str__(self) -> str:
        return f"{self.partner} {self.day:%Y-%m-%d}"


class RequirementPaper(Record):
    """What a product must be able to do, put together from what customers asked for (RND-02)."""

    number = models.CharField(_("number"), max_length=60, unique=True, editable=False)
    title = models.CharField(pgettext_lazy("requirement", "title"), max_length=200)
    product = models.ForeignKey(
        "catalog.Product", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    function = models.TextField(pgettext_lazy("requirement", "function"))
    performance = models.TextField(pgettext_lazy("requirement", "performance"))
    interface = models.TextField(pgettext_lazy("requirement", "interface"))
    state = models.CharField(
        _("state"), max_length=10, choices=PaperState, default=PaperState.DRAFT, editable=False
    )
    released_on = models.DateField(_("released on"), null=True, blank=True, editable=False)
    owner = _owner("+", _("responsible"))
    team = _team()

    text_paths = ("title",)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("product requirement document")
        verbose_name_plural = _("product requirement documents")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="released") | Q(released_on__isnull=False),
                name="customers_requirementpaper_released_has_day",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("customers:requirementpaper_detail", args=[self.pk])
