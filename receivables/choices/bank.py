"""Words of the bank: what became of a line of the statement, and why nothing is booked for one."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.core.states import Transitions


class Direction(models.TextChoices):
    """Which way money went, where a file says it by a sign of its own."""

    IN = "in", _("Money in")
    OUT = "out", _("Money out")


class LineState(models.TextChoices):
    """What became of a line of a bank statement."""

    NEW = "new", _("Not matched")
    PROPOSED = "proposed", _("Proposed")
    CLAIMED = "claimed", pgettext_lazy("bank line", "Claimed")
    WAITING = "waiting", _("Waits for a second person")
    POSTED = "posted", _("Posted")
    IGNORED = "ignored", pgettext_lazy("bank line", "Set aside")


OPEN_LINES = (LineState.NEW, LineState.PROPOSED, LineState.CLAIMED)

LINE_MOVES = Transitions(
    {
        LineState.NEW: (LineState.PROPOSED, LineState.CLAIMED, LineState.WAITING, LineState.POSTED, LineState.IGNORED),
        LineState.PROPOSED: (LineState.NEW, LineState.CLAIMED, LineState.WAITING, LineState.POSTED, LineState.IGNORED),
        LineState.CLAIMED: (LineState.NEW, LineState.PROPOSED, LineState.WAITING, LineState.POSTED, LineState.IGNORED),
        LineState.WAITING: (LineState.NEW, LineState.CLAIMED, LineState.POSTED),
        LineState.POSTED: (LineState.NEW, LineState.CLAIMED),
        LineState.IGNORED: (LineState.NEW,),
    }
)  # fmt: skip


class SetAside(models.TextChoices):
    """Why no receipt is booked for a line."""

    OUTGOING = "outgoing", _("Money we paid")
    FEE = "fee", _("Bank fee")
    INTEREST = "interest", _("Interest of the bank")
    TRANSFER = "transfer", _("Transfer between our own accounts")
    RETURNED = "returned", _("Sent back, or returned to us")
    OTHER = "other", pgettext_lazy("why a line is set aside", "Other reason")


class ClaimState(models.TextChoices):
    """What became of a claim to money that nobody had recognised."""

    OPEN = "open", pgettext_lazy("bank claim", "Waits for finance")
    CONFIRMED = "confirmed", pgettext_lazy("bank claim", "Confirmed")
    REFUSED = "refused", pgettext_lazy("bank claim", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("bank claim", "Withdrawn")
    REVERSED = "reversed", pgettext_lazy("bank claim", "Reversed")
