"""Leads: names that may become customers (OPP-01, OPP-02)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.deals import OPEN_LEADS, LeadSource, LeadState
from customers.models.customers import Customer
from salesops.core.models import Record
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


class LeadQuerySet(ScopedQuerySet):
    def alive(self) -> LeadQuerySet:
        """Leads that somebody still has to work on."""
        return self.filter(state__in=OPEN_LEADS)


class Lead(Record):
    """An unscreened prospect. ``owner`` is empty while the lead lies in the pool of leads.

    A qualified lead points at the customer and the opportunity that it became; nothing of it is thrown away.
    """

    number = models.CharField(_("number"), max_length=60, unique=True, editable=False)
    name = models.CharField(pgettext_lazy("lead", "company or person"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False, db_index=True, default="")
    contact_name = models.CharField(_("contact person"), max_length=100, blank=True)
    contact_title = models.CharField(_("post"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    country = models.CharField(_("country"), max_length=60, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=15, choices=LeadSource)
    campaign = models.ForeignKey(
        "customers.Campaign",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("campaign or exhibition"),
    )
    referrer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referred_leads",
        verbose_name=_("recommended by"),
    )
    need = models.TextField(pgettext_lazy("lead", "need"), blank=True)
    potential = MoneyField(verbose_name=_("potential a year"), null=True, blank=True)
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency")
    )
    product = models.ForeignKey(
        "catalog.Product",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product of interest"),
    )
    score = models.PositiveSmallIntegerField(
        _("score (0–100)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    screening = models.CharField(_("result of the screening"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=15, choices=LeadState, default=LeadState.NEW, editable=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("owner"),
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
    created_date = models.DateField(_("received on"))
    contacted_date = models.DateField(_("first contact"), null=True, blank=True, editable=False)
    touched_date = models.DateField(_("last worked on"), editable=False)
    closed_date = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    reason = models.CharField(_("why"), max_length=300, blank=True, editable=False)
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        editable=False,
        verbose_name=_("customer"),
    )
    remarks = models.TextField(_("remarks"), blank=True)

    objects = LeadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_date", "-pk"]
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="customers_lead_name_given"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=100), name="customers_lead_score_to_100"
            ),
            models.CheckConstraint(
                condition=Q(potential__isnull=True) | Q(potential__gte=0),
                name="customers_lead_potential_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(state="qualified") | Q(customer__isnull=False),
                name="customers_lead_qualified_is_a_customer",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["duplicate", "disqualified"]) | ~Q(reason=""),
                name="customers_lead_ruled_out_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["new", "contacted"], closed_date__isnull=True)
                | Q(state__in=["qualified", "duplicate", "disqualified"], closed_date__isnull=False),
                name="customers_lead_decided_has_day",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "created_date", "id"], name="customers_lead_owner"),
            models.Index(fields=["team", "created_date", "id"], name="customers_lead_team"),
            models.Index(fields=["created_date", "id"], name="customers_lead_created"),
            models.Index(fields=["closed_date", "id"], name="customers_lead_closed"),
            models.Index(
                fields=["touched_date"],
                condition=Q(state__in=["new", "contacted"]),
                name="customers_lead_idle",
            ),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="customers_lead_phone"),
            models.Index(OpClass(Upper("number"), "text_pattern_ops"), name="customers_lead_found"),
        ]

    text_paths = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:lead_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_LEADS
