"""Words of collection: the ladder, who acts, what is done, why a customer does not pay (domain §3.7, §7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LadderLevel(models.IntegerChoices):
    """How far an item has come; the settlement notice before the due date is the reminders' (clause R-5)."""

    NOTICE = 0, _("L0 nothing done yet")
    FRIENDLY = 1, _("L1 friendly reminder")
    FIRST = 2, _("L2 first letter")
    SECOND = 3, _("L3 second letter or visit")
    FINAL = 4, _("L4 final notice")
    LEGAL = 5, _("L5 legal")


class StepChannel(models.TextChoices):
    """By which way a step of the ladder is done."""

    CALL = "call", _("Call")
    LETTER = "letter", _("Letter by mail")
    VISIT = "visit", _("Visit")
    LEGAL = "legal", _("Hand over to legal")


class Acts(models.TextChoices):
    """Who does a step: the holder of the case, or those above."""

    OWNER = "owner", _("Holder of the case")
    LEAD = "lead", _("Superior of the holder")
    MANAGER = "manager", _("Department manager")
    LEGAL = "legal", _("Legal")


class Effect(models.TextChoices):
    """What a done step does to new business of the customer."""

    NONE = "none", _("no effect")
    WARN = "warn", _("warning")
    NO_CREDIT = "no_credit", _("no new orders on credit")
    SHIP = "ship", _("no shipments")
    FULL = "full", _("neither orders nor shipments")


class StepState(models.TextChoices):
    """A step is proposed by the daily run, and done by a person or the run; dropped with a reason."""

    PROPOSED = "proposed", _("To be done")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class CaseState(models.TextChoices):
    """A case is open while something is overdue; paused until a day; it closes by itself."""

    OPEN = "open", pgettext_lazy("collection case", "Open")
    PAUSED = "paused", pgettext_lazy("collection case", "Paused")
    CLOSED = "closed", pgettext_lazy("collection case", "Closed")


class CaseEnd(models.TextChoices):
    """How a case ended (domain §3.7)."""

    PAID = "paid", _("nothing is overdue any more")
    SETTLED = "settled", _("settled with the customer")
    WRITTEN_OFF = "written_off", _("written off")


class ActionChannel(models.TextChoices):
    """How the customer was spoken to."""

    PHONE = "phone", _("Phone")
    MAIL = "mail", _("E-mail")
    LETTER = "letter", _("Letter")
    VISIT = "visit", _("Visit")
    LAWYER = "lawyer", _("Lawyer")


class WhyNot(models.TextChoices):
    """Why the customer does not pay (domain §2)."""

    CASH = "cash", _("short of money")
    DISPUTE = "dispute", _("does not agree with the claim")
    PROCESS = "process", _("its own procedure takes long")
    REFUSE = "refuse", _("refuses to pay")
    UNKNOWN = "unknown", _("not known yet")


class PromiseState(models.TextChoices):
    """What became of a promise; computed from allocated money on the day after its grace."""

    OPEN = "open", pgettext_lazy("promise", "Open")
    KEPT = "kept", pgettext_lazy("promise", "Kept")
    PARTLY = "partly", pgettext_lazy("promise", "Partly kept")
    BROKEN = "broken", pgettext_lazy("promise", "Broken")
    WITHDRAWN = "withdrawn", pgettext_lazy("promise", "Withdrawn")


class LetterWay(models.TextChoices):
    """How a letter goes out."""

    MAIL = "mail", _("E-mail with the letter as PDF")
    POST = "post", _("Printed, by post or courier")
    HANDED = "handed", _("Printed, handed over")


class LetterState(models.TextChoices):
    """A letter is sent once; its receipt is written down with the proof."""

    SENT = "sent", pgettext_lazy("letter", "Sent")
    RECEIVED = "received", pgettext_lazy("letter", "Received")
    RETURNED = "returned", pgettext_lazy("letter", "Came back")


class PlanState(models.TextChoices):
    """An instalment plan is agreed, approved by lead and finance, kept or broken; judged by allocated money."""

    ASKED = "asked", _("Waits for approval")
    RUNNING = "running", pgettext_lazy("instalment plan", "Running")
    REJECTED = "rejected", _("Not accepted")
    KEPT = "kept", pgettext_lazy("instalment plan", "Kept")
    BROKEN = "broken", pgettext_lazy("instalment plan", "Broken")


class LegalState(models.TextChoices):
    """How far a claim has come with lawyers and courts (REC-07)."""

    HANDED = "handed", _("Handed to legal")
    LETTER = "letter", _("Lawyer's letter sent")
    SUIT = "suit", _("Suit filed")
    JUDGED = "judged", _("Judgment")
    ENFORCED = "enforced", _("Enforcement")
    ENDED = "ended", pgettext_lazy("legal", "Ended")


class LegalKind(models.TextChoices):
    """What happened; the first five move the stage on."""

    LETTER = "letter", _("Lawyer's letter sent")
    SUIT = "suit", _("Suit filed")
    JUDGED = "judged", _("Judgment")
    ENFORCED = "enforced", _("Enforcement")
    HEARING = "hearing", _("Court date")
    COST = "cost", _("Costs")
    NOTE = "note", _("Note")


class LegalEnd(models.TextChoices):
    """How a legal stage ends."""

    SETTLED = "settled", _("settled with the customer")
    WITHDRAWN = "withdrawn", _("claim withdrawn")
    JUDGMENT = "judgment", _("paid after judgment")
    UNCOLLECTABLE = "uncollectable", _("uncollectable: write-off is proposed")
