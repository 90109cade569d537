"""Words of disputes: what a customer objects to, and how it ended (domain §2, features §3.14)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DisputeCategory(models.TextChoices):
    """What the customer objects to."""

    QUALITY = "quality", _("Quality")
    DELIVERY = "delivery", _("Delivery")
    QUANTITY = "quantity", _("Quantity")
    PRICE = "price", _("Price")
    DOCUMENT = "document", pgettext_lazy("of a dispute", "Papers")
    OTHER = "other", _("Other")


class DisputeResolution(models.TextChoices):
    """How a dispute ended."""

    CREDIT_NOTE = "credit_note", _("Settled by a credit note")
    WITHDRAWN = "withdrawn", _("Withdrawn by the customer")
    ACCEPTED = "accepted", _("Accepted otherwise, such as replaced or repaired")
