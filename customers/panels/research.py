"""What studies, target markets, partners and requirement documents hang into the frame: menu, search, timeline words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.choices.research import PaperState, StudyState
from customers.models import MarketStudy, Partner, RequirementPaper, TargetMarket
from salesops.audit import verbs
from salesops.search.registry import SearchKind, register_kinds
from salesops.ui.registries import MenuItem, menu, side_by_side, tones

SENTENCES = {
    "customers.study_planned": _("%(actor)s planned the market study “%(subject)s”"),
    "customers.study_changed": _("%(actor)s changed the plan of the market study “%(subject)s”"),
    "customers.study_asked": _("The schedule asks for the market report “%(subject)s” by %(due_date)s"),
    "customers.study_reported": _("%(actor)s handed in the report on “%(subject)s”"),
    "customers.study_returned": _("%(actor)s gave the report on “%(subject)s” back"),
    "customers.study_published": _("%(actor)s reviewed and published the report on “%(subject)s”"),
    "customers.study_archived": _("%(actor)s archived the report on “%(subject)s”"),
    "customers.market_defined": _("%(actor)s defined the target market %(name)s"),
    "customers.market_changed": _("%(actor)s defined the target market %(name)s anew"),
    "customers.partner_added": _("%(actor)s entered the partner %(name)s"),
    "customers.partner_changed": _("%(actor)s changed the entry of the partner %(name)s"),
    "customers.partner_talk": _("%(actor)s talked to the partner %(name)s on %(date)s"),
    "customers.partner_handed": _("The partner %(name)s went from %(old)s to %(new)s"),
    "customers.study_handed": _("The market study “%(subject)s” went from %(old)s to %(new)s"),
    "customers.paper_written": _("%(actor)s wrote the requirement document %(title)s (%(paper)s)"),
    "customers.paper_changed": _("%(actor)s changed the requirement document %(title)s"),
    "customers.paper_released": _("%(actor)s released the requirement document %(title)s (%(paper)s)"),
    "customers.campaign_material": _(
        "%(actor)s noted %(quantity)s × %(material)s for the campaign %(theme)s"
    ),
    "customers.campaign_feedback": _("%(actor)s wrote down feedback on the campaign %(theme)s"),
    "customers.campaign_adjusted": _("%(actor)s adjusted the campaign %(theme)s"),
}


def study_line(study: MarketStudy, _user: Any) -> str:
    return " · ".join(map(str, (study.number, study.get_state_display(), study.owner)))


def market_line(market: TargetMarket, _user: Any) -> str:
    return market.region


def partner_line(partner: Partner, _user: Any) -> str:
    return " · ".join(filter(None, (str(partner.get_kind_display()), partner.contact)))


def paper_line(paper: RequirementPaper, _user: Any) -> str:
    return f"{paper.number} · {paper.get_state_display()}"


def register() -> None:
    """Called when the app is ready."""
    verbs.register(SENTENCES)
    for key, label, url, model, order in (
        ("studies", _("Market studies"), "marketstudy_list", MarketStudy, 48),
        ("markets", _("Target markets"), "targetmarket_list", TargetMarket, 49),
        ("partners", _("Partners"), "partner_list", Partner, 50),
        ("papers", _("Requirement documents"), "requirementpaper_list", RequirementPaper, 51),
    ):
        menu.register(
            f"customers.{key}", MenuItem("customers", label, f"customers:{url}", model, "view", (), order)
        )
    side_by_side("customers.campaigns", "customers.partners")
    side_by_side("customers.demands", "customers.papers")
    side_by_side("customers.observations", "customers.studies", "customers.markets")
    tones.register(
        MarketStudy,
        {StudyState.SUBMITTED: "attention", StudyState.PUBLISHED: "good", StudyState.PLANNED: "info"},
    )
    tones.register(RequirementPaper, {PaperState.DRAFT: "attention", PaperState.RELEASED: "good"})
    register_kinds(
        SearchKind(
            MarketStudy, _("Market studies"), numbers=("number",), names=("subject",),
            notes=("goal", "findings", "conclusions"), line=study_line, related=("owner",), order=84, icon="report",
        ),
        SearchKind(
            TargetMarket, _("Target markets"), names=("name",), notes=("traits", "entry"), line=market_line, order=85,
            icon="users",
        ),
        SearchKind(
            Partner, _("Partners"), names=("name", "contact"), notes=("agreement",), line=partner_line, order=86,
            icon="users",
        ),
        SearchKind(
            RequirementPaper, _("Requirement documents"), numbers=("number",), names=("title",), notes=("function",),
            line=paper_line, order=87, icon="package",
        ),
    )  # fmt: skip
