"""Where a customer is, and where and when somebody checked in there."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.choices import CheckInMark
from customers.models.customers import Address, Customer
from customers.models.visits import Visit
from salesops.core.models import Record

LATITUDE = (MinValueValidator(-90), MaxValueValidator(90))
LONGITUDE = (MinValueValidator(-180), MaxValueValidator(180))


class CustomerPlace(Record):
    """Coordinates of a customer's main address, or of one of its further addresses."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="places", verbose_name=_("customer"))
    address = models.ForeignKey(
        Address,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="places",
        verbose_name=_("address"),
        help_text=_("Empty: the main address of the file."),
    )
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, validators=LATITUDE)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, validators=LONGITUDE)
    from_checkin = models.ForeignKey(
        "customers.VisitCheckIn",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("taken from the check-in"),
    )

    class Meta:
        ordering = ["customer", "pk"]
        verbose_name = _("place of a customer")
        verbose_name_plural = _("places of customers")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "address"],
                nulls_distinct=False,
                name="customers_customerplace_one_an_address",
            ),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="customers_customerplace_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.latitude}, {self.longitude}"


class VisitCheckIn(Record):
    """The moment somebody arrived: position of the device, distance from the customer, and what that means."""

    visit = models.OneToOneField(Visit, models.PROTECT, related_name="check_in", verbose_name=_("visit"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    at = models.DateTimeField(_("checked in"))
    # When it reached us; later than ``at`` for a check-in that waited on a phone without network.
    received_at = models.DateTimeField(_("received"))
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True, validators=LATITUDE
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True, validators=LONGITUDE
    )
    accuracy_m = models.PositiveIntegerField(_("accuracy in metres"), null=True, blank=True)
    distance_m = models.PositiveIntegerField(_("distance in metres"), null=True, blank=True)
    mark = models.CharField(_("what it means"), max_length=12, choices=CheckInMark)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="customers_visitcheckin_on_earth",
            ),
            models.CheckConstraint(
                condition=~Q(mark__in=["far", "none"]) | ~Q(reason=""),
                name="customers_visitcheckin_far_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(mark="none") | Q(latitude__isnull=False),
                name="customers_visitcheckin_mark_has_position",
            ),
            models.CheckConstraint(
                condition=Q(received_at__gte=F("at")), name="customers_visitcheckin_not_ahead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_mark_display()} {self.visit}"
