"""Words of tax invoices: fapiao of the mainland, unified invoices of Taiwan (domain §11)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TaxInvoiceKind(models.TextChoices):
    """What the buyer may do with it: a special one is deducted, a Taiwan 2-part one shows no tax."""

    SPECIAL = "special", _("Special VAT invoice")
    ORDINARY = "ordinary", _("Ordinary VAT invoice")
    EXPORT = "export", _("Export invoice")
    TW_THREE = "tw3", _("Taiwan, 3-part")
    TW_TWO = "tw2", _("Taiwan, 2-part")


class TaxInvoiceState(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("of a tax invoice", "Requested")
    APPROVED = "approved", pgettext_lazy("of a tax invoice", "To be issued")
    ISSUED = "issued", pgettext_lazy("of a tax invoice", "Issued")
    REJECTED = "rejected", pgettext_lazy("of a tax invoice", "Turned down")
    VOID = "void", pgettext_lazy("of a tax invoice", "Void")
