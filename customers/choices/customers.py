"""Words and states of customer work."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CustomerClass(models.TextChoices):
    """Handbook classes (CUS-03, 000h)."""

    IMPORTANT = "important", _("Important")
    GENERAL = "general", _("General")
    POTENTIAL = "potential", _("Potential")


class CustomerKind(models.TextChoices):
    COMPANY = "company", _("Company")
    PERSON = "person", _("Person")
    OVERSEAS = "overseas", _("Overseas company")


class TaxProfileKind(models.TextChoices):
    """By whose rules an invoice to this title is written (domain §11)."""

    PRC = "prc", _("PRC (fapiao)")
    TAIWAN = "taiwan", _("Taiwan (unified invoice)")
    FOREIGN = "foreign", pgettext_lazy("tax profile", "Abroad")


class Channel(models.TextChoices):
    """How somebody likes to be reached."""

    PHONE = "phone", _("Telephone")
    EMAIL = "email", _("E-mail")
    CHAT = "chat", pgettext_lazy("channel", "Chat")
    VISIT = "visit", pgettext_lazy("channel", "Visit")


class AddressKind(models.TextChoices):
    REGISTERED = "registered", _("Registered")
    SHIP = "ship", _("Shipping")
    BILL = "bill", _("Billing")
    OFFICE = "office", pgettext_lazy("address", "Office")
    PLANT = "plant", pgettext_lazy("address", "Plant")
