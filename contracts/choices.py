"""States of a contract in the register."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.core.states import Transitions


class ContractKind(models.TextChoices):
    """What the amount means: a sale has one, a framework has none until orders are placed under it."""

    SALE = "sale", _("Sale")
    FRAMEWORK = "framework", _("Framework")


class ContractState(models.TextChoices):
    """The part of domain §3.4 that the register needs; review and signing come with their own issue."""

    DRAFT = "draft", _("Draft")
    EFFECTIVE = "effective", _("Effective")
    COMPLETED = "completed", _("Completed")
    TERMINATED = "terminated", _("Terminated")
    VOID = "void", _("Void")


CONTRACT_MOVES = Transitions(
    {
        ContractState.DRAFT: {ContractState.EFFECTIVE, ContractState.VOID},
        ContractState.EFFECTIVE: {ContractState.COMPLETED, ContractState.TERMINATED},
    }
)


class PlanTrigger(models.TextChoices):
    """The fact by which a row of a payment plan falls due (domain §2)."""

    SIGN = "sign", _("Taking effect")
    DELIVER = "deliver", pgettext_lazy("fact of a contract", "Delivery")
    ACCEPT = "accept", pgettext_lazy("fact of a contract", "Acceptance")
    INVOICE = "invoice", _("Tax invoice")
    DATE = "date", _("A fixed day")
    WARRANTY = "warranty", _("End of the warranty")
