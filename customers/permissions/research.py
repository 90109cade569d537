"""Who may do what with studies, target markets, partners and requirement documents: read by all who sell or make."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from customers.models import (
    CampaignFeedback,
    CampaignMaterial,
    MarketStudy,
    Partner,
    PartnerTalk,
    RequirementPaper,
    TargetMarket,
)
from customers.permissions.market import READERS, OfCampaignPolicy, SharedPolicy
from salesops.core.policies import Level, register
from salesops.core.subjects import register_records


class StudyPolicy(SharedPolicy):
    """Written by all who sell; reviewed by the team above, never by who wrote it."""

    matrix = (
        "rep:own:edit assistant:team:edit lead:team:approve manager:department:approve gm:all:approve "
        "finance:all:view service:all:view operations:all:view auditor:all:view"
    )
    verbs = {"report": Level.EDIT, "review": Level.APPROVE, "archive": Level.APPROVE}

    def can_review(self, user: Any, obj: Model | None) -> bool:
        return self.allows(user, "approve", obj) and (obj is None or obj.owner_id != user.pk)  # type: ignore[attr-defined]


class PartnerPolicy(SharedPolicy):
    """Kept by leads, managers and their assistants."""

    matrix = f"rep:own:view assistant:team:edit lead:team:edit manager:department:edit {READERS}"
    verbs = {"talk": Level.EDIT}


class TalkPolicy(PartnerPolicy):
    """Talks follow their partner."""

    owner_path = "partner__owner"
    team_path = "partner__team"


class PaperPolicy(SharedPolicy):
    """Written by those who make the goods and by those who lead the sellers; read by all."""

    matrix = (
        "rep:own:view assistant:team:view lead:team:edit manager:department:edit gm:all:view finance:all:view "
        "service:all:view operations:all:edit auditor:all:view"
    )
    verbs = {"release": Level.EDIT}


class MaterialPolicy(OfCampaignPolicy):
    """What a campaign needs on the spot follows the campaign."""


class FeedbackPolicy(OfCampaignPolicy):
    """What is said of a campaign is read with it; a customer is named only to those who see the customer."""


def register_policies() -> None:
    """Called when the app is ready."""
    register(MarketStudy, StudyPolicy())
    register(TargetMarket, SharedPolicy())
    register(Partner, PartnerPolicy())
    register(PartnerTalk, TalkPolicy())
    register(RequirementPaper, PaperPolicy())
    register(CampaignMaterial, MaterialPolicy())
    register(CampaignFeedback, FeedbackPolicy())
    register_records(MarketStudy, TargetMarket, Partner, RequirementPaper)
