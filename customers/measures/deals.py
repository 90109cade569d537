"""How well the rules of leads and deals are kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from customers.models import Lead, Opportunity
from customers.selectors.deals import idle_leads, stalled_deals
from salesops.handbook.registry import Breach, Measure, register_measures


def idle(user: Any, on: date) -> Any:
    """Leads that nobody works on, within what the reader sees."""
    rows = idle_leads(Lead.objects.visible_to(user).filter(owner__isnull=False), on=on)
    return rows.select_related("owner").order_by("touched_date", "pk")


def stalled(user: Any, on: date) -> Any:
    """Deals that stand still."""
    rows = stalled_deals(Opportunity.objects.visible_to(user), on=on)
    return rows.select_related("owner", "customer").order_by("stage_since", "pk")


def of_lead(lead: Any) -> Breach:
    return Breach(lead.name, lead.get_absolute_url(), lead.owner, lead.touched_date, lead.number)


def of_deal(deal: Any) -> Breach:
    return Breach(deal.title, deal.get_absolute_url(), deal.owner, deal.stage_since, str(deal.customer or ""))


def register() -> None:
    """Called when the app is ready."""
    register_measures(
        Measure("customers.lead_idle_workdays", idle, of_lead),
        Measure("customers.deal_step_days", stalled, of_deal),
    )
