"""Words of credit: what a hold stops and how it stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class HoldScope(models.TextChoices):
    """Which act a hold stops."""

    ORDER = "order", _("New orders")
    SHIP = "ship", _("Shipments")
    BOTH = "both", _("New orders and shipments")


class HoldState(models.TextChoices):
    """What dates say about a hold; computed, never stored."""

    STANDS = "stands", pgettext_lazy("hold", "In force")
    LIFTED = "lifted", pgettext_lazy("hold", "Lifted")
    OVER = "over", pgettext_lazy("hold", "Run out")


class AssessmentKind(models.TextChoices):
    """Why a customer's credit is assessed (CUS-06: before and during cooperation)."""

    FIRST = "first", _("Before the first business")
    ANNUAL = "annual", _("Yearly review")
    EVENT = "event", _("After an event")
    CHANGE = "change", _("Change of limit or terms")


class AssessmentState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class Rating(models.TextChoices):
    """From the best to the worst; the bands are a rule."""

    AAA = "AAA", "AAA"
    AA = "AA", "AA"
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"


class RiskState(models.TextChoices):
    OPEN = "open", _("Not answered")
    ANSWERED = "answered", _("Answered")
    GONE = "gone", _("Gone")


class ProvisionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waits for approval")
    POSTED = "posted", _("Posted")
    REJECTED = "rejected", _("Rejected")
