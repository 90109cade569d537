"""Words of the ledger: where a document came from, how money came in, what an open item looks like."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """Which act posted a document. ``automatic`` is the house itself, for example on a cancelled order."""

    MANUAL = "manual", _("Entered by hand")
    ORDER = "order", _("From an order")
    PLAN = "plan", _("By the payment plan")
    IMPORT = "import", _("Imported")
    AUTOMATIC = "automatic", _("By the system")
    RETENTION = "retention", _("Held back of another item")


class Method(models.TextChoices):
    """How money reached us."""

    TRANSFER = "transfer", _("Bank transfer")
    CASH = "cash", _("Cash")
    CHEQUE = "cheque", _("Cheque")
    DRAFT = "draft", _("Bank draft")
    CARD = "card", _("Card")
    OTHER = "other", _("Other")


class EntryState(models.TextChoices):
    """A receipt that needs a second person (domain §3.13)."""

    ENTERED = "entered", _("Waits for a second person")
    CONFIRMED = "confirmed", _("Posted")
    REJECTED = "rejected", _("Not accepted")


class PostingKind(models.TextChoices):
    """What finance posts only after a second person has accepted it, besides receipts."""

    CREDIT_NOTE = "credit_note", _("Credit note")
    REFUND = "refund", _("Refund")
    WRITE_OFF = "write_off", _("Write-off")
    RELEASE = "release", _("Release of retention")


class AdjustmentKind(models.TextChoices):
    """Why an open item is lowered without money, or raised again."""

    SMALL_DIFFERENCE = "small_difference", _("Small difference")
    WRITE_OFF = "write_off", _("Write-off")
    RECOVERY = "recovery", _("Recovery after a write-off")
    HELD_BACK = "held_back", _("Held back as retention")


class RefundState(models.TextChoices):
    """How far a refund is; computed, never stored."""

    TO_PAY = "to_pay", _("To be paid")
    PAID = "paid", _("Paid")
    REVERSED = "reversed", _("Reversed")
    REVERSAL = "reversal", _("Reversal")


class ItemState(models.TextChoices):
    """What amounts and dates say about a receivable; computed, never stored."""

    OPEN = "open", _("Open")
    PARTIAL = "partial", _("Partly settled")
    OVERDUE = "overdue", _("Overdue")
    SETTLED = "settled", _("Settled")


class MoneyState(models.TextChoices):
    """What is left of a receipt or credit note; computed, never stored."""

    UNALLOCATED = "unallocated", _("Unallocated")
    PARTIAL = "partial", _("Partly allocated")
    ALLOCATED = "allocated", _("Allocated")
    REVERSED = "reversed", _("Reversed")
    REVERSAL = "reversal", _("Reversal")


class ReminderKind(models.TextChoices):
    """The steps of reminding that this house knows so far (domain §7: L0 and overdue)."""

    NOTICE = "notice", _("Settlement notice")
    OVERDUE = "overdue", _("Overdue notice")


class Channel(models.TextChoices):
    """By which way a reminder goes out."""

    APP = "app", _("In the application")
    EMAIL = "email", _("E-mail")


class CreateOn(models.TextChoices):
    """Which fact about an order makes it a receivable."""

    SHIPMENT = "shipment", _("shipment")
    CONFIRMATION = "confirmation", _("confirmation")


class Basis(models.TextChoices):
    """From which date an item ages."""

    DUE = "due", _("Due date")
    ISSUE = "issue", _("Issue date")


class GroupBy(models.TextChoices):
    """By what the reports of the ledger are cut."""

    CUSTOMER = "customer", _("Customer")
    GROUP = "group", _("Group of companies")
    OWNER = "owner", _("Owner")
    TEAM = "team", _("Team")
    REGION = "region", _("Region")
    GRADE = "grade", _("Grade")
    CURRENCY = "currency", _("Currency")
    NONE = "none", _("No grouping")


class Disputed(models.TextChoices):
    """Which open items a report keeps, where it does not keep them all."""

    ONLY = "only", _("only disputed items")
    WITHOUT = "without", _("without disputed items")


class BridgeOf(models.TextChoices):
    """What a bridge leads over from one day to another."""

    BALANCE = "balance", _("the account: outstanding less unallocated")
    ITEMS = "items", _("open items: outstanding")
