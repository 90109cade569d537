"""Words and states of customer work."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.states import Transitions


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


class VisitKind(models.TextChoices):
    """Ways of contact (VIS-03)."""

    VISIT = "visit", _("Visit")
    FIRST_VISIT = "first_visit", _("First visit")
    RETURN_VISIT = "return_visit", _("Return visit")
    TOUR = "tour", _("Manager's tour")
    CALL = "call", _("Phone call")
    MAIL = "mail", _("E-mail")
    ONLINE = "online", _("Online meeting")
    RECEPTION = "reception", _("Reception")


class VisitState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


VISIT_MOVES = Transitions(
    {
        VisitState.PLANNED: {VisitState.DONE, VisitState.CANCELLED},
        VisitState.CANCELLED: {VisitState.PLANNED},
    }
)
