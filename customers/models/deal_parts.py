"""What hangs on one deal: who decides, who competes, what is negotiated, prices that go down (OPP-04, OPP-06)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.deals import (
    ConcessionState,
    DealPart,
    Stance,
    Standing,
    Topic,
)
from customers.models.customers import Contact
from customers.models.market import Competitor
from customers.models.opportunities import Opportunity
from salesops.core.models import Record
from salesops.core.money import FractionField, PriceField, QuantityField
from salesops.core.policies import ScopedQuerySet


class DecisionMaker(models.Model):
    """A contact's part in one deal."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="decision_makers")
    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="deals", verbose_name=_("contact person")
    )
    part = models.CharField(pgettext_lazy("deal", "part"), max_length=12, choices=DealPart)
    stance = models.CharField(
        pgettext_lazy("deal", "attitude"), max_length=10, choices=Stance, default=Stance.NEUTRAL
    )
    note = models.CharField(_("remark"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["opportunity_id", "pk"]
        verbose_name = _("decision maker")
        verbose_name_plural = _("decision makers")
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "contact"], name="customers_decisionmaker_once_per_deal"
            )
        ]

    def __str__(self) -> str:
        return str(self.contact)


class DealCompetitor(models.Model):
    """A competitor in one deal."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="competitors")
    competitor = models.ForeignKey(
        Competitor, models.PROTECT, related_name="deals", verbose_name=_("competitor")
    )
    standing = models.CharField(
        pgettext_lazy("competitor", "standing"), max_length=10, choices=Standing, default=Standing.EVEN
    )
    price = PriceField(verbose_name=_("their price"), null=True, blank=True)
    note = models.CharField(_("remark"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["opportunity_id", "pk"]
        verbose_name = _("competitor in an opportunity")
        verbose_name_plural = _("competitors in opportunities")
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "competitor"], name="customers_dealcompetitor_once_per_deal"
            )
        ]

    def __str__(self) -> str:
        return str(self.competitor)


class NegotiationNote(models.Model):
    """What they asked and what we answered (OPP-06). Written once; a correction is a further note."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="notes")
    date = models.DateField(pgettext_lazy("negotiation", "on"))
    topic = models.CharField(pgettext_lazy("negotiation", "topic"), max_length=10, choices=Topic)
    asked = models.TextField(_("what the customer wants"))
    answered = models.TextField(_("what we answered"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["opportunity_id", "-date", "-pk"]
        verbose_name = _("negotiation note")
        verbose_name_plural = _("negotiation notes")

    def __str__(self) -> str:
        return self.asked[:60]


class Concession(Record):
    """A price that goes under the list price; one under the floor needs approval (requirements §H.3).

    List price and floor are frozen as they were on the day, so that the decision can be read later.
    """

    opportunity = models.ForeignKey(
        Opportunity, models.PROTECT, related_name="concessions", verbose_name=_("opportunity")
    )
    product = models.ForeignKey(
        "catalog.Product", models.PROTECT, related_name="+", verbose_name=_("product")
    )
    quantity = QuantityField(verbose_name=_("quantity"), null=True, blank=True)
    price = PriceField(verbose_name=_("unit price"))
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency")
    )
    list_price = PriceField(null=True, editable=False)
    floor_price = PriceField(null=True, editable=False)
    discount = FractionField(verbose_name=_("discount"), default=0, editable=False)
    below_floor = models.BooleanField(_("under the floor price"), default=False, editable=False)
    reason = models.CharField(_("why"), max_length=500)
    date = models.DateField(pgettext_lazy("concession", "asked on"), editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=ConcessionState, default=ConcessionState.PENDING, editable=False
    )

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("price concession")
        verbose_name_plural = _("price concessions")
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0), name="customers_concession_price_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="customers_concession_reason_given"),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity}: {self.product}"

    def get_absolute_url(self) -> str:
        return reverse("customers:concession_detail", args=[self.pk])
