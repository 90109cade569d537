"""What market information hangs into the frame: menu, panels on competitors, deals and customers, search."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.choices.market import CampaignState, DemandState, WeekState
from customers.models import (
    Campaign,
    Competitor,
    Customer,
    MarketWeek,
    Observation,
    Opportunity,
    ProductDemand,
)
from customers.selectors.market import news_for
from salesops.core.policies import can
from salesops.search.registry import SearchKind, register_kinds
from salesops.ui.registries import MenuItem, Panel, QuickAdd, menu, panels, quick_adds, side_by_side, tones

MOST = 12


def seen_of(request: Any, competitor: Competitor) -> dict[str, Any]:
    """What was seen of a competitor, the newest first."""
    rows = competitor.observations.visible_to(request.user).select_related("owner", "product")
    return {"rows": list(rows.order_by("-seen_on", "-pk")[:MOST]), "competitor": competitor}


def fights_of(request: Any, competitor: Competitor) -> dict[str, Any] | None:
    """Deals in which the competitor stands, and those lost to it, within what the reader sees."""
    if not can(request.user, "list", Opportunity):
        return None
    seen = Opportunity.objects.visible_to(request.user).select_related("owner", "customer")
    alive = list(
        seen.alive().filter(competitors__competitor=competitor).order_by("-base_amount", "pk")[:MOST]
    )
    lost = list(seen.filter(lost_to=competitor).order_by("-closed_date", "-pk")[:MOST])
    return {"alive": alive, "lost": lost, "competitor": competitor} if alive or lost else None


def news_of_deal(request: Any, deal: Opportunity) -> dict[str, Any] | None:
    """Observations of the competitors in the deal, and those heard there."""
    if not can(request.user, "list", Observation):
        return None
    rivals = list(deal.competitors.values_list("competitor", flat=True))
    rows = list(deal.observations.visible_to(request.user).select_related("competitor", "owner")[:5])
    rows += [row for row in news_for(request.user, rivals) if row not in rows] if rivals else []
    demands = list(deal.demands.visible_to(request.user)[:5])
    may = can(request.user, "add", Observation)
    if not (rows or demands or may):
        return None
    return {"rows": rows[:8], "demands": demands, "deal": deal, "may": may}


def market_of_customer(request: Any, customer: Customer) -> dict[str, Any] | None:
    """What was heard at a customer, and what the customer needs of our products."""
    if not can(request.user, "list", Observation):
        return None
    rows = list(customer.observations.visible_to(request.user).select_related("competitor", "owner")[:8])
    demands = list(customer.demands.visible_to(request.user)[:8])
    may = can(request.user, "add", Observation)
    return {"rows": rows, "demands": demands, "customer": customer, "may": may}


def competitor_line(competitor: Competitor, _user: Any) -> str:
    return " · ".join(part for part in (competitor.region, competitor.price_band) if part)


def demand_line(demand: ProductDemand, _user: Any) -> str:
    return " · ".join(map(str, (demand.number, demand.get_state_display(), demand.owner)))


def campaign_line(campaign: Campaign, _user: Any) -> str:
    return " · ".join(map(str, (campaign.number, campaign.get_kind_display(), campaign.get_state_display())))


def register() -> None:
    """Called when the app is ready."""
    items = {
        "observations": (_("Market observations"), "observation_list", Observation, 41),
        "competitors": (_("Competitors"), "competitor_list", Competitor, 42),
        "matrix": (_("Comparison"), "market_matrix", Observation, 43),
        "trend": (_("Market trend"), "market_trend", Observation, 44),
        "weeks": (_("Weekly market reports"), "marketweek_list", MarketWeek, 45),
        "campaigns": (_("Campaigns and exhibitions"), "campaign_list", Campaign, 46),
        "demands": (_("Product demands"), "productdemand_list", ProductDemand, 47),
    }
    for key, (label, url, model, order) in items.items():
        menu.register(
            f"customers.{key}", MenuItem("customers", label, f"customers:{url}", model, "view", (), order)
        )
    side_by_side(
        "customers.observations",
        "customers.competitors",
        "customers.matrix",
        "customers.trend",
        "customers.weeks",
    )
    for key, model, title, context, place, order in (
        ("seen", Competitor, _("What was seen"), seen_of, "main", 10),
        ("fights", Competitor, _("Opportunities"), fights_of, "main", 20),
        ("deal_news", Opportunity, _("Market"), news_of_deal, "side", 40),
        ("market", Customer, _("Market and demands"), market_of_customer, "tab", 60),
    ):
        later = key == "deal_news"
        panels.register(
            f"customers.{key}",
            Panel(model, title, f"customers/panel_{key}.html", context, place, order, later),
        )
    quick_adds.register(
        "customers.observation",
        QuickAdd(_("Record an observation"), "customers:observation_create", Observation, order=30),
    )
    quick_adds.register(
        "customers.demand",
        QuickAdd(_("New product demand"), "customers:productdemand_create", ProductDemand, order=31),
    )
    register_kinds(
        SearchKind(
            Competitor, _("Competitors"), names=("name", "short_name"), notes=("products",), line=competitor_line,
            order=80, icon="users",
        ),
        SearchKind(
            Campaign, _("Campaigns and exhibitions"), numbers=("number",), names=("theme",), notes=("place",),
            line=campaign_line, order=82, icon="calendar",
        ),
        SearchKind(
            ProductDemand, _("Product demands"), numbers=("number",), names=("title",), notes=("need",), line=demand_line,
            related=("owner",), order=83, icon="package",
        ),
    )  # fmt: skip
    tones.register(MarketWeek, {WeekState.DRAFT: "attention", WeekState.SUBMITTED: "good"})
    tones.register(
        Campaign,
        {CampaignState.PLANNED: "attention", CampaignState.APPROVED: "info", CampaignState.EVALUATED: "good"},
    )
    tones.register(
        ProductDemand,
        {DemandState.IN_REVIEW: "attention", DemandState.ACCEPTED: "good", DemandState.DECLINED: "bad"},
    )
