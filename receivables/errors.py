"""What the ledger refuses, with the figures of the case."""

from salesops.core.errors import Conflict, DomainError, Duplicate, InvalidInput


class DuplicateReceipt(Duplicate):
    """The bank line is recorded already; ``existing`` names the receipt."""


class OverAllocation(Conflict):
    """More than is left on one of the two sides; ``wanted`` and ``left`` are the figures."""


class WrongSide(InvalidInput):
    """Receipt and receivable belong to different customers or are in different currencies."""


class MonthClosed(DomainError):
    """The ledger is closed for the month of the posting date."""


class NotReversible(Conflict):
    """It is reversed already, or is itself a reversal, or something still stands on it."""


class SecondPersonNeeded(DomainError):
    """A receipt above the limit of the handbook is not posted by one person alone."""
