"""Words of statements of account and of what customers answer to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StatementState(models.TextChoices):
    """What became of a statement that was sent."""

    SENT = "sent", _("Waits for the customer")
    CONFIRMED = "confirmed", pgettext_lazy("statement", "Confirmed")
    DIFFERS = "differs", pgettext_lazy("statement", "Does not agree")


class LineKind(models.TextChoices):
    """What a line of a statement is."""

    RECEIVABLE = "receivable", _("Receivable")
    RECEIPT = "receipt", _("Receipt")
    CREDIT = "credit", _("Credit note")
    REVERSAL = "reversal", _("Reversal")
    REFUND = "refund", _("Refund")
    ADJUSTMENT = "adjustment", pgettext_lazy("on a statement for a customer", "Adjustment")


class Result(models.TextChoices):
    """How a difference ended."""

    OURS = "ours", _("the customer was right: we correct our books")
    THEIRS = "theirs", _("we were right: the customer corrects its books")
    TIMING = "timing", _("a matter of time: both are right on their day")
