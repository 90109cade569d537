"""Words and states of customer work."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CustomerClass(models.TextChoices):
    """Handbook classes (CUS-03, 000h)."""

    IMPORTANT = "important", _("Important")
    GENERAL = "general", _("General")
    POTENTIAL = "potential", _("Potential")


class CustomerKind(models.TextChoices):
    COMPANY = "company", _("Company")
    PERSON = "person", _("Person")
    OVERSEAS = "overseas", _("Overseas company")


class AddressKind(models.TextChoices):
    REGISTERED = "registered", _("Registered")
    SHIP = "ship", _("Shipping")
    BILL = "bill", _("Billing")
