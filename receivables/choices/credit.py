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
