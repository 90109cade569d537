"""Words and states of visits and their plans."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.core.states import Transitions


class VisitKind(models.TextChoices):
    """Ways of contact (VIS-03)."""

    VISIT = "visit", _("Visit")
    FIRST_VISIT = "first_visit", _("First visit")
    RETURN_VISIT = "return_visit", _("Return visit")
    INSPECTION = "inspection", _("Inspection")
    COMPLAINT = "complaint", _("Visit after a complaint")
    TOUR = "tour", _("Manager's tour")
    CALL = "call", _("Phone call")
    MAIL = "mail", _("E-mail")
    ONLINE = "online", _("Online meeting")
    RECEPTION = "reception", _("Reception")


# Kinds that bring people face to face; the rhythm of visits counts them.
IN_PERSON = (
    VisitKind.VISIT,
    VisitKind.FIRST_VISIT,
    VisitKind.RETURN_VISIT,
    VisitKind.INSPECTION,
    VisitKind.COMPLAINT,
    VisitKind.TOUR,
    VisitKind.RECEPTION,
)


class VisitState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class PlanSpan(models.TextChoices):
    MONTH = "month", _("Month")
    WEEK = "week", _("Week")


class VisitPlanState(models.TextChoices):
    """States of a plan (domain §3.11)."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Handed in")
    RETURNED = "returned", _("Returned")
    ACCEPTED = "accepted", _("Accepted")
    EXECUTING = "executing", _("Being carried out")
    SELF_CHECKED = "self_checked", _("Looked back on")
    REVIEWED = "reviewed", pgettext_lazy("visit plan", "Reviewed")


VISIT_PLAN_MOVES = Transitions(
    {
        VisitPlanState.DRAFT: {VisitPlanState.SUBMITTED},
        VisitPlanState.SUBMITTED: {VisitPlanState.ACCEPTED, VisitPlanState.RETURNED, VisitPlanState.DRAFT},
        VisitPlanState.RETURNED: {VisitPlanState.SUBMITTED, VisitPlanState.DRAFT},
        VisitPlanState.ACCEPTED: {VisitPlanState.EXECUTING, VisitPlanState.SELF_CHECKED},
        VisitPlanState.EXECUTING: {VisitPlanState.SELF_CHECKED},
        VisitPlanState.SELF_CHECKED: {VisitPlanState.REVIEWED},
    }
)


VISIT_MOVES = Transitions(
    {
        VisitState.PLANNED: {VisitState.DONE, VisitState.CANCELLED},
        VisitState.CANCELLED: {VisitState.PLANNED},
    }
)


class VisitOutcome(models.TextChoices):
    """What came of the purpose (form 拜访记录表)."""

    MET = "met", _("Purpose met")
    PARTLY = "partly", _("Partly met")
    NOT_MET = "not_met", _("Not met")
    NOBODY = "nobody", _("Nobody was there")


class CheckInMark(models.TextChoices):
    """What a position says about a visit."""

    NEAR = "near", _("At the customer's")
    FAR = "far", _("Far from the customer's address")
    UNKNOWN = "unknown", _("The customer's place is not known")
    NONE = "none", _("Without position")


class AnswerKind(models.TextChoices):
    """How a point of a checklist is answered."""

    TICK = "tick", _("Tick")
    TEXT = "text", _("Words")
    NUMBER = "number", pgettext_lazy("checklist", "Number")
    SCORE = "score", _("1 to 5")


class ReceptionState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    PREPARING = "preparing", _("In preparation")
    ARRIVED = "arrived", _("Guests are here")
    CLOSED = "closed", pgettext_lazy("reception", "Closed")
    CANCELLED = "cancelled", _("Cancelled")


RECEPTION_MOVES = Transitions(
    {
        ReceptionState.PLANNED: {ReceptionState.PREPARING, ReceptionState.CANCELLED},
        ReceptionState.PREPARING: {ReceptionState.ARRIVED, ReceptionState.CANCELLED},
        ReceptionState.ARRIVED: {ReceptionState.CLOSED},
    }
)


class ReceptionLevel(models.TextChoices):
    A = "A", _("A: management receives")
    B = "B", _("B: manager receives")
    C = "C", _("C: sales receives")


class StopKind(models.TextChoices):
    """Stops of the itinerary of a reception (FTR-08)."""

    TALK = "talk", _("Talks")
    FACTORY = "factory", _("Tour of the factory")
    SHOWROOM = "showroom", _("Samples and showroom")
    MEAL = "meal", _("Meal")
    SIGHTS = "sights", _("Sightseeing")
    TRANSFER = "transfer", _("On the way")
