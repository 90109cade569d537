"""Words of approvals: states, acts, how steps are signed, who is asked."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.core.states import Transitions


class RequestState(models.TextChoices):
    """States of a request (domain §3.10)."""

    PENDING = "pending", _("Waiting")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", pgettext_lazy("approval", "Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    VOID = "void", _("Void")


REQUEST_MOVES = Transitions(
    {
        RequestState.PENDING: {
            RequestState.APPROVED,
            RequestState.RETURNED,
            RequestState.REJECTED,
            RequestState.WITHDRAWN,
            RequestState.VOID,
        },
        RequestState.RETURNED: {RequestState.PENDING, RequestState.WITHDRAWN, RequestState.VOID},
    }
)
OPEN_STATES = (RequestState.PENDING, RequestState.RETURNED)


class StepMode(models.TextChoices):
    """How those named in one step sign."""

    SEQUENCE = "sequence", _("one after the other")
    COUNTERSIGN = "countersign", _("all of them, in any order")
    ANY_ONE = "any_one", _("any one of them")


class ApproverKind(models.TextChoices):
    SUPERIOR = "superior", _("Superior of the applicant")
    TEAM_HEAD = "team_head", _("Head of the team")
    DEPARTMENT_HEAD = "department_head", _("Head of the department")
    ROLE = "role", _("Role")
    PERSON = "person", _("Person")


class RoleScope(models.TextChoices):
    """Which holders of a role are meant."""

    REACH = "reach", _("whose unit includes the team")
    COMPANY = "company", _("everybody with the role")


class OnMissing(models.TextChoices):
    """What happens when nobody can be asked."""

    UP = "up", _("ask one level up")
    ROLE = "role", _("ask a role instead")
    REFUSE = "refuse", _("refuse the request")


class Repeated(models.TextChoices):
    """What happens at a step whose approver has approved this request already."""

    COUNTS = "counts", _("the earlier approval counts")
    ASK = "ask", _("the person is asked again")


class TimeUnit(models.TextChoices):
    HOURS = "hours", pgettext_lazy("unit", "working hours")
    DAYS = "days", _("working days")


class Operator(models.TextChoices):
    GT = "gt", _("more than")
    GTE = "gte", _("at least")
    LT = "lt", _("less than")
    LTE = "lte", _("at most")
    EQ = "eq", _("is")
    NE = "ne", _("is not")
    IN = "in", _("is one of")
    YES = "yes", _("is true")
    NO = "no", _("is not true")


ORDERING = (Operator.GT, Operator.GTE, Operator.LT, Operator.LTE)  # they compare numbers, and only numbers


class AskState(models.TextChoices):
    """One signature that a step needs."""

    LATER = "later", _("Not yet asked")
    OPEN = "open", _("Waiting")
    APPROVED = "approved", _("Approved")
    COUNTED = "counted", _("Approved before")
    RETURNED = "returned", _("Returned")
    REJECTED = "rejected", pgettext_lazy("approval", "Rejected")
    CLOSED = "closed", _("Not needed any more")


SIGNED = (AskState.APPROVED, AskState.COUNTED)


class ActionKind(models.TextChoices):
    """What a person (or the clock) did to a request."""

    REQUESTED = "requested", _("asked for approval")
    APPROVED = "approved", _("approved")
    COUNTED = "counted", _("has approved before, which counts here")
    RETURNED = "returned", _("returned it")
    REJECTED = "rejected", _("rejected it")
    WITHDRAWN = "withdrawn", _("withdrew the request")
    RESUBMITTED = "resubmitted", _("handed it in again")
    EDITED = "edited", _("changed the request")
    SIGNER_ADDED = "signer_added", _("asked somebody else to sign, too")
    PASSED_UP = "passed_up", _("passed it to the superior")
    COPIED = "copied", _("sent a copy")
    REMINDED = "reminded", _("reminded")
    ESCALATED = "escalated", _("asked the superior, since the deadline passed")
    REROUTED = "rerouted", pgettext_lazy("approval", "is asked now, since who decides has changed")
    VOIDED = "voided", _("declared it void, since the record changed")


# Acts that say yes or no; before the first of them the applicant may withdraw or change the request.
DECIDING = (ActionKind.APPROVED, ActionKind.RETURNED, ActionKind.REJECTED)
