"""Visits: a plan that becomes a record (VIS-01, VIS-03)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import CustomerClass, VisitKind, VisitOutcome, VisitState
from customers.models.customers import Contact, Customer
from salesops.core.models import Record
from salesops.core.policies import ScopedQuerySet


class Visit(Record):
    """One contact, planned or not. ``owner`` and ``team`` are those of the day of the visit."""

    number = models.CharField(_("number"), max_length=30, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="visits", verbose_name=_("customer"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="visits",
        verbose_name=pgettext_lazy("visited", "by"),
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
    kind = models.CharField(_("kind"), max_length=15, choices=VisitKind, default=VisitKind.VISIT)
    state = models.CharField(
        _("state"), max_length=10, choices=VisitState, default=VisitState.PLANNED, editable=False
    )
    # The day it counts for: the day it took place, before that the day it is planned for.
    visit_date = models.DateField(_("date"), editable=False)
    planned_date = models.DateField(_("planned for"), null=True, blank=True)
    # Days it was planned for before it was moved: an old file of plans, read again, means this visit.
    moved_from = ArrayField(
        models.DateField(), default=list, blank=True, editable=False, verbose_name=_("moved from")
    )
    visited_at = models.DateTimeField(_("took place"), null=True, blank=True)
    purpose = models.CharField(pgettext_lazy("visit", "purpose"), max_length=300, blank=True)
    result = models.TextField(_("result"), blank=True)
    outcome = models.CharField(
        pgettext_lazy("visit", "outcome"), max_length=8, choices=VisitOutcome, blank=True
    )
    feedback = models.TextField(_("the customer's words"), blank=True)
    competitor_facts = models.TextField(_("competitors: what was seen and heard"), blank=True)
    product_wishes = models.TextField(_("product demands and suggestions"), blank=True)
    unplanned_reason = models.CharField(_("why it was not planned"), max_length=200, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    next_date = models.DateField(_("next date"), null=True, blank=True)
    cancel_reason = models.CharField(_("why cancelled"), max_length=200, blank=True)
    follows = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="followed_by",
        verbose_name=_("follows"),
    )
    # Made on the phone: a record that is sent twice is written once.
    client_key = models.UUIDField(_("key of the phone"), null=True, blank=True, editable=False)
    contacts = models.ManyToManyField(Contact, blank=True, related_name="visits", verbose_name=_("met"))

    class Meta:
        ordering = ["-visit_date", "-pk"]
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(visited_at__isnull=False), name="customers_visit_done_has_time"
            ),
            models.CheckConstraint(
                condition=Q(state="done") | Q(visited_at__isnull=True),
                name="customers_visit_time_only_when_done",
            ),
            models.CheckConstraint(
                condition=~Q(state="planned") | Q(planned_date__isnull=False),
                name="customers_visit_plan_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""),
                name="customers_visit_cancel_has_reason",
            ),
            models.UniqueConstraint(fields=["client_key"], name="customers_visit_sent_once"),
        ]
        indexes = [
            models.Index(fields=["visit_date", "id"], name="customers_visit_date"),
            # The calendar: the first visits of each day, and how many who may see them has on it.
            models.Index(
                F("visit_date"),
                F("visited_at").asc(nulls_first=True),
                F("id"),
                condition=~Q(state="cancelled"),
                include=["owner", "team", "customer"],
                name="customers_visit_day",
            ),
            models.Index(fields=["owner", "visit_date", "id"], name="customers_visit_owner_date"),
            models.Index(fields=["team", "visit_date", "id"], name="customers_visit_team_date"),
            models.Index(fields=["customer", "visit_date", "id"], name="customers_visit_cust_date"),
            models.Index(fields=["planned_date", "owner", "state"], name="customers_visit_plan"),
            models.Index(
                fields=["owner", "planned_date"], condition=Q(state="planned"), name="customers_visit_open"
            ),
            models.Index(
                fields=["customer", "visit_date"],
                condition=Q(kind="tour", state="done"),
                name="customers_visit_tour",
            ),
            models.Index(
                fields=["visit_date", "customer"], condition=Q(state="done"), name="customers_visit_seen"
            ),
            models.Index(OpClass(Upper("number"), "text_pattern_ops"), name="customers_visit_found"),
        ]

    text_paths = ("number",)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("customers:visit_detail", args=[self.pk])


class LastContact(models.Model):
    """The newest day on which a customer was in contact, and was met in person: kept by triggers, one row a customer.

    Who is due is asked of very many customers at once; the newest of each one's visits is not looked for each time.
    ``since`` is the day of the file: the rhythm runs from the last contact or meeting, else from that day. With the
    class, which the rhythm goes by, it is a copy of what stands in the file.
    """

    # Not a constraint: the row leaves with the file by a trigger, and nothing stands on it.
    customer = models.OneToOneField(
        Customer,
        models.DO_NOTHING,
        related_name="contact_days",
        db_constraint=False,
        verbose_name=_("customer"),
    )
    since = models.DateField(_("customer since"))
    customer_class = models.CharField(_("class"), max_length=10, choices=CustomerClass)
    contact_date = models.DateField(_("last contact"), null=True)
    meeting_date = models.DateField(_("last met in person"), null=True)
    contact_since = models.GeneratedField(
        expression=Coalesce("contact_date", "since"), output_field=models.DateField(), db_persist=True
    )
    met_since = models.GeneratedField(
        expression=Coalesce("meeting_date", "since"), output_field=models.DateField(), db_persist=True
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("last contact")
        verbose_name_plural = _("last contacts")
        indexes = [
            models.Index(
                fields=["customer_class", "contact_since", "customer"], name="customers_last_contact"
            ),
            models.Index(fields=["customer_class", "met_since", "customer"], name="customers_last_met"),
        ]

    def __str__(self) -> str:
        return str(self.customer)
