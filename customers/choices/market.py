"""Words and states of market information (MKT, RND)."""

from django.db import models
from django.utils.translation import pgettext_lazy

from salesops.core.states import Transitions


class FactTopic(models.TextChoices):
    """What an observation is about."""

    PRODUCT = "product", pgettext_lazy("market", "Product")
    PRICE = "price", pgettext_lazy("market", "Price")
    PROMOTION = "promotion", pgettext_lazy("market", "Promotion")
    CHANNEL = "channel", pgettext_lazy("market", "Channel")
    STAFF = "staff", pgettext_lazy("market", "Staff")
    TENDER = "tender", pgettext_lazy("market", "Tender")
    OTHER = "other", pgettext_lazy("market", "Other")


class FactSource(models.TextChoices):
    """Where an observation comes from (MKT-02)."""

    FIELD = "field", pgettext_lazy("market", "Seen in the field")
    CUSTOMER = "customer", pgettext_lazy("market", "Customer")
    COMPETITOR = "competitor", pgettext_lazy("market", "Competitor")
    REPORT = "report", pgettext_lazy("market", "Industry report")
    PRESS = "press", pgettext_lazy("market", "Press and internet")
    FAIR = "fair", pgettext_lazy("market", "Trade fair")


class Reliability(models.TextChoices):
    SURE = "sure", pgettext_lazy("reliability", "Certain")
    LIKELY = "likely", pgettext_lazy("reliability", "Likely")
    RUMOUR = "rumour", pgettext_lazy("reliability", "Hearsay")


class CampaignKind(models.TextChoices):
    BRAND = "brand", pgettext_lazy("campaign", "Brand")
    PROMOTION = "promotion", pgettext_lazy("campaign", "Promotion")
    CHANNEL = "channel", pgettext_lazy("campaign", "Channel")
    EXHIBITION = "exhibition", pgettext_lazy("campaign", "Exhibition")


class CampaignState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("campaign", "Planned")
    APPROVED = "approved", pgettext_lazy("campaign", "Approved")
    RUNNING = "running", pgettext_lazy("campaign", "Running")
    EVALUATED = "evaluated", pgettext_lazy("campaign", "Evaluated")
    CLOSED = "closed", pgettext_lazy("campaign", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("campaign", "Cancelled")


CAMPAIGN_MOVES = Transitions(
    {
        CampaignState.PLANNED: {CampaignState.APPROVED, CampaignState.CANCELLED},
        CampaignState.APPROVED: {CampaignState.RUNNING, CampaignState.CANCELLED},
        CampaignState.RUNNING: {CampaignState.EVALUATED, CampaignState.CANCELLED},
        CampaignState.EVALUATED: {CampaignState.CLOSED},
    }
)


class CostItem(models.TextChoices):
    """What a campaign or an exhibition costs (domain §2)."""

    BOOTH = "booth", pgettext_lazy("cost", "Booth")
    BUILD = "build", pgettext_lazy("cost", "Construction")
    TRANSPORT = "transport", pgettext_lazy("cost", "Transport")
    TRAVEL = "travel", pgettext_lazy("cost", "Travel")
    GIFTS = "gifts", pgettext_lazy("cost", "Gifts")
    ADS = "ads", pgettext_lazy("cost", "Advertising")
    OTHER = "other", pgettext_lazy("cost", "Other")


class DemandKind(models.TextChoices):
    IMPROVE = "improve", pgettext_lazy("demand", "Improve a product")
    NEW = "new", pgettext_lazy("demand", "New product")


class DemandState(models.TextChoices):
    NEW = "new", pgettext_lazy("demand", "New")
    IN_REVIEW = "in_review", pgettext_lazy("demand", "In review")
    ACCEPTED = "accepted", pgettext_lazy("demand", "Accepted")
    DECLINED = "declined", pgettext_lazy("demand", "Declined")
    DONE = "done", pgettext_lazy("demand", "Done")


DEMAND_MOVES = Transitions(
    {
        DemandState.NEW: {DemandState.IN_REVIEW, DemandState.ACCEPTED, DemandState.DECLINED},
        DemandState.IN_REVIEW: {DemandState.ACCEPTED, DemandState.DECLINED},
        DemandState.ACCEPTED: {DemandState.DONE, DemandState.DECLINED},
        DemandState.DECLINED: {DemandState.IN_REVIEW},
    }
)


class Urgency(models.TextChoices):
    """How much a product demand presses (RND-03)."""

    HIGH = "high", pgettext_lazy("urgency", "High")
    NORMAL = "normal", pgettext_lazy("urgency", "Normal")
    LOW = "low", pgettext_lazy("urgency", "Low")


class WeekState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("market week", "Being collected")
    SUBMITTED = "submitted", pgettext_lazy("market week", "Handed in")
