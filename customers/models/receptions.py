"""Receptions of customers: guests, flights, hotel, itinerary, and the checklist with its units (FTR-01 to FTR-10)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.choices import ReceptionLevel, ReceptionState, StopKind
from customers.models.customers import Customer
from salesops.core.models import Record


class Reception(Record):
    """One visit of a customer to us. ``owner`` and ``team`` are those of the day of arrival."""

    number = models.CharField(_("number"), max_length=30, unique=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="receptions", verbose_name=_("customer")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="receptions", verbose_name=_("host")
    )
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("team"),
    )  # fmt: skip
    state = models.CharField(
        _("state"), max_length=10, choices=ReceptionState, default=ReceptionState.PLANNED, editable=False
    )
    level = models.CharField(
        pgettext_lazy("reception", "level"), max_length=1, choices=ReceptionLevel, default=ReceptionLevel.B
    )
    arrival = models.DateTimeField(_("arrival"))
    departure = models.DateTimeField(_("departure"), null=True, blank=True)
    guests = models.TextField(_("guests"), help_text=_("One a line: name, post."))
    purpose = models.CharField(pgettext_lazy("visit", "purpose"), max_length=300)
    flight = models.CharField(_("flight and pick-up"), max_length=200, blank=True)
    hotel = models.CharField(_("hotel"), max_length=200, blank=True)
    room = models.CharField(_("meeting room"), max_length=100, blank=True)
    diet = models.CharField(_("diet and customs"), max_length=300, blank=True)
    itinerary = models.TextField(_("remarks on the itinerary"), blank=True)
    # In base currency; above the handbook's amount it is approved before the units are asked.
    budget = models.DecimalField(
        pgettext_lazy("reception", "budget"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    result = models.TextField(_("result"), blank=True, editable=False)
    cancel_reason = models.CharField(_("why cancelled"), max_length=200, blank=True, editable=False)

    class Meta:
        ordering = ["-arrival", "-pk"]
        verbose_name = _("reception")
        verbose_name_plural = _("receptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(departure__isnull=True) | Q(departure__gt=F("arrival")),
                name="customers_reception_leaves_after_arrival",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(result=""), name="customers_reception_closed_has_result"
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""),
                name="customers_reception_cancel_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(budget__gte=0),
                name="customers_reception_budget_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["arrival", "id"], name="customers_reception_arrival")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("customers:reception_detail", args=[self.pk])


class ReceptionItem(models.Model):
    """One thing to prepare: due before the arrival, done by a unit (a request) or by a person (a task)."""

    reception = models.ForeignKey(
        Reception, models.PROTECT, related_name="items", verbose_name=_("reception")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(pgettext_lazy("checklist", "point"), max_length=300)
    due_at = models.DateTimeField(pgettext_lazy("reception", "due"))
    unit = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("responsible unit"),
    )  # fmt: skip
    request = models.OneToOneField(
        "work.DepartmentRequest", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    task = models.OneToOneField(
        "work.Task", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("done by"),
    )  # fmt: skip

    class Meta:
        ordering = ["reception", "due_at", "position", "pk"]
        verbose_name = _("preparation")
        verbose_name_plural = _("preparations")
        constraints = [
            models.UniqueConstraint(
                fields=["reception", "position"], name="customers_receptionitem_position"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_by__isnull=False),
                name="customers_receptionitem_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        """The first checklist is ours and speaks every language."""
        return gettext(self.text)


class ReceptionStop(models.Model):
    """One stop of the itinerary: a tour of the factory, a talk, a meal, sightseeing; agreed with a unit that is asked."""

    reception = models.ForeignKey(
        Reception, models.PROTECT, related_name="stops", verbose_name=_("reception")
    )
    starts_at = models.DateTimeField(pgettext_lazy("itinerary", "begins"))
    kind = models.CharField(_("kind"), max_length=12, choices=StopKind, default=StopKind.TALK)
    text = models.CharField(pgettext_lazy("itinerary", "what"), max_length=300)
    place = models.CharField(pgettext_lazy("itinerary", "where"), max_length=200, blank=True)
    unit = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("agreed with"),
    )  # fmt: skip
    request = models.OneToOneField(
        "work.DepartmentRequest", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["reception", "starts_at", "pk"]
        verbose_name = _("stop of an itinerary")
        verbose_name_plural = _("stops of itineraries")

    def __str__(self) -> str:
        return self.text
