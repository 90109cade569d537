"""Words and states of leads and opportunities (domain §3.1, §3.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.core.states import Transitions


class LeadSource(models.TextChoices):
    """Where a lead comes from (OPP-01)."""

    PROMOTION = "promotion", _("Promotion")
    REFERRAL = "referral", _("Referral")
    EXHIBITION = "exhibition", _("Exhibition")
    RESEARCH = "research", _("Market research")
    WEBSITE = "website", _("Website")
    CALL_IN = "call_in", _("Enquiry of the customer")
    OTHER = "other", pgettext_lazy("source", "Other")


class LeadState(models.TextChoices):
    NEW = "new", pgettext_lazy("lead", "New")
    CONTACTED = "contacted", _("Contacted")
    QUALIFIED = "qualified", _("Qualified")
    DUPLICATE = "duplicate", pgettext_lazy("lead", "Duplicate")
    DISQUALIFIED = "disqualified", _("Ruled out")


OPEN_LEADS = (LeadState.NEW, LeadState.CONTACTED)
LEAD_MOVES = Transitions(
    {
        LeadState.NEW: {
            LeadState.CONTACTED, LeadState.QUALIFIED, LeadState.DUPLICATE, LeadState.DISQUALIFIED,
        },
        LeadState.CONTACTED: {LeadState.QUALIFIED, LeadState.DUPLICATE, LeadState.DISQUALIFIED},
        LeadState.DUPLICATE: {LeadState.CONTACTED},
        LeadState.DISQUALIFIED: {LeadState.CONTACTED},
    }
)  # fmt: skip


class Stage(models.TextChoices):
    """The seven steps of an opportunity, and its side states."""

    RESEARCH = "research", pgettext_lazy("deal", "Research")
    SCREENED = "screened", pgettext_lazy("deal", "Screened")
    FIRST_VISIT = "first_visit", pgettext_lazy("deal", "First visit")
    NEEDS = "needs", pgettext_lazy("deal", "Needs")
    PROPOSAL = "proposal", pgettext_lazy("deal", "Proposal")
    NEGOTIATION = "negotiation", pgettext_lazy("deal", "Negotiation")
    WON = "won", pgettext_lazy("deal", "Won")
    LOST = "lost", pgettext_lazy("deal", "Lost")
    ON_HOLD = "on_hold", pgettext_lazy("deal", "On hold")


OPEN_STAGES = (
    Stage.RESEARCH, Stage.SCREENED, Stage.FIRST_VISIT, Stage.NEEDS, Stage.PROPOSAL, Stage.NEGOTIATION,
)  # fmt: skip
CLOSED_STAGES = (Stage.WON, Stage.LOST)
ALIVE_STAGES = (*OPEN_STAGES, Stage.ON_HOLD)
# Any step may follow any other: what the steps between demand is asked of each of them (exit rules).
STAGE_MOVES = Transitions(
    {
        **{stage: {*OPEN_STAGES, Stage.WON, Stage.LOST, Stage.ON_HOLD} - {stage} for stage in OPEN_STAGES},
        Stage.ON_HOLD: {*OPEN_STAGES, Stage.LOST},
        Stage.LOST: set(OPEN_STAGES),
    }
)


class DealPart(models.TextChoices):
    """What somebody at the customer has to do with the decision."""

    DECIDES = "decides", pgettext_lazy("deal", "Decides")
    INFLUENCES = "influences", pgettext_lazy("deal", "Influences")
    USES = "uses", pgettext_lazy("deal", "Uses it")
    PAYS = "pays", pgettext_lazy("deal", "Pays")
    BUYS = "buys", pgettext_lazy("deal", "Negotiates and buys")
    GATEKEEPER = "gatekeeper", pgettext_lazy("deal", "Opens or closes the door")


class Stance(models.TextChoices):
    FOR_US = "for", pgettext_lazy("deal", "For us")
    NEUTRAL = "neutral", pgettext_lazy("deal", "Neutral")
    AGAINST = "against", pgettext_lazy("deal", "Against us")


class Standing(models.TextChoices):
    """How a competitor stands in a deal."""

    AHEAD = "ahead", pgettext_lazy("competitor", "Ahead of us")
    EVEN = "even", pgettext_lazy("competitor", "On a par")
    BEHIND = "behind", pgettext_lazy("competitor", "Behind us")


class Topic(models.TextChoices):
    """What was negotiated (OPP-06)."""

    PRICE = "price", pgettext_lazy("negotiation", "Price")
    DELIVERY = "delivery", pgettext_lazy("negotiation", "Delivery")
    PAYMENT = "payment", pgettext_lazy("negotiation", "Payment")
    QUALITY = "quality", pgettext_lazy("negotiation", "Quality")
    OTHER = "other", pgettext_lazy("negotiation", "Other")


class ConcessionState(models.TextChoices):
    PENDING = "pending", pgettext_lazy("concession", "Waiting for approval")
    GRANTED = "granted", pgettext_lazy("concession", "Granted")
    REFUSED = "refused", pgettext_lazy("concession", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("concession", "Withdrawn")


CONCESSION_MOVES = Transitions(
    {
        ConcessionState.PENDING: {
            ConcessionState.GRANTED, ConcessionState.REFUSED, ConcessionState.WITHDRAWN,
        },
        ConcessionState.WITHDRAWN: {ConcessionState.PENDING},
    }
)  # fmt: skip

# The first reasons for a lost deal, in the words of the reader's language as long as nobody renames them.
LOSS_REASONS = {
    "price": ("Price too high", _("Price too high")),
    "delivery": ("Delivery too slow", _("Delivery too slow")),
    "product": ("Product does not fit", _("Product does not fit")),
    "terms": ("Payment terms", _("Payment terms")),
    "relation": ("Tied to another supplier", _("Tied to another supplier")),
    "no_budget": ("No budget", _("No budget")),
    "no_need": ("Need disappeared", _("Need disappeared")),
    "no_answer": ("No answer any more", _("No answer any more")),
    "not_recorded": ("Not recorded", pgettext_lazy("loss reason", "Not recorded")),
}


def loss_word(code: str, name: str) -> str:
    """A reason in the reader's language; a renamed or added one as it was written."""
    seeded = LOSS_REASONS.get(code)
    return str(seeded[1]) if seeded is not None and seeded[0] == name else name
