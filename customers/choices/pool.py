"""Words of the public pool."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PoolCause(models.TextChoices):
    """What must have happened within a rule's days, or the customer goes to the pool."""

    CONTACT = "contact", _("No contact")
    DEAL = "deal", _("No opportunity")
    ORDER = "order", _("No order")


class PoolMoveKind(models.TextChoices):
    RECYCLED = "recycled", pgettext_lazy("pool", "Recycled by rule")
    RELEASED = "released", pgettext_lazy("pool", "Given up by hand")
    CLAIMED = "claimed", pgettext_lazy("pool", "Taken")
