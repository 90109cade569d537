"""What a campaign brought, within the days after it that the handbook counts (MKT-11, domain §4: CAMP_PART, CONV)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from customers.choices.deals import LeadState, Stage
from customers.models import Campaign, CampaignGuest, Customer, Lead, Opportunity
from salesops.handbook.selectors import rule


def counted_days(campaign: Campaign) -> tuple[date, date]:
    """From the first day of a campaign to the last that counts for it, by the rule in force when it began."""
    days = rule("customers.campaign_days", on=campaign.start)
    return campaign.start, campaign.end + timedelta(days=days)


def leads_of(campaign: Campaign) -> Q:
    """Leads that name the campaign, from its announcement to the last of its days."""
    return Q(campaign=campaign, created_date__lte=counted_days(campaign)[1])


def converted_of(campaign: Campaign) -> Q:
    """Those of them that became customers within its days."""
    last = counted_days(campaign)[1]
    return leads_of(campaign) & Q(state=LeadState.QUALIFIED, closed_date__lte=last)


def deals_of(campaign: Campaign) -> Q:
    """Deals that name the campaign, or name none and are of a guest who came; opened before its days were over."""
    came = CampaignGuest.objects.filter(campaign=campaign, came=True).order_by().values("customer")
    first, last = counted_days(campaign)
    of_guests = Q(campaign__isnull=True, customer__in=came, created_date__gte=first)
    return (Q(campaign=campaign) | of_guests) & Q(created_date__lte=last)


def customers_of(campaign: Campaign) -> QuerySet[Customer]:
    """Customers who came, and those that leads of the campaign became."""
    came = CampaignGuest.objects.filter(campaign=campaign, came=True).values("customer")
    made = Lead.objects.filter(converted_of(campaign)).order_by().values("customer")
    return Customer.objects.filter(Q(pk__in=came) | Q(pk__in=made))


@dataclass(frozen=True)
class Yield:
    """What a campaign brought, in rows that the reader may open; amounts in base currency."""

    campaign: Campaign
    first: date
    last: date
    leads: int
    converted: int
    deals: int
    won: int
    won_amount: Decimal

    @property
    def participation(self) -> Decimal | None:
        """Attended over invited."""
        return Decimal(self.campaign.attended) / self.campaign.invited if self.campaign.invited else None

    @property
    def conversion(self) -> Decimal | None:
        """Leads that became customers over those who attended; before it is counted, over the leads."""
        base = self.campaign.attended or self.leads
        return Decimal(self.converted) / base if base else None


def yield_of(campaign: Campaign, user: Any = None) -> Yield:
    """Within what ``user`` sees; all of it without one."""
    leads: Any = Lead.objects.visible_to(user) if user is not None else Lead.objects.all()
    deals: Any = Opportunity.objects.visible_to(user) if user is not None else Opportunity.objects.all()
    first, last = counted_days(campaign)
    found = leads.order_by().aggregate(
        all=Count("pk", filter=leads_of(campaign)), became=Count("pk", filter=converted_of(campaign))
    )
    sums = deals.filter(deals_of(campaign)).order_by().aggregate(
        all=Count("pk"), won=Count("pk", filter=Q(stage=Stage.WON)), amount=Sum("base_amount", filter=Q(stage=Stage.WON)),
    )  # fmt: skip
    return Yield(
        campaign,
        first,
        last,
        found["all"],
        found["became"],
        sums["all"],
        sums["won"],
        sums["amount"] or Decimal(0),
    )
