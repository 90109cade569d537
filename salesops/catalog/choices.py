"""Words of the catalog."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TermBase(models.TextChoices):
    """From which day a payment term counts (domain §6)."""

    INVOICE = "invoice", _("invoice date")
    DELIVERY = "delivery", _("delivery date")
    ACCEPTANCE = "acceptance", _("acceptance date")
    SIGN = "sign", _("signing date")
    END_OF_MONTH = "end_of_month", _("end of the invoice month")
    START_OF_NEXT_MONTH = "start_of_next_month", _("first day of the next month")
    PREPAID = "prepaid", _("before delivery")
