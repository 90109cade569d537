"""What the apps above count of a campaign: orders of the customers whom it brought (MKT-11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from customers.models import Campaign
from salesops.core.registry import Registry


@dataclass(frozen=True)
class CampaignGain:
    """``counted(user, campaign)``: how many of the person's rows, their amount in base currency, their list."""

    title: Any
    counted: Callable[[Any, Campaign], tuple[int, Decimal, str]]


campaign_gains: Registry[CampaignGain] = Registry("gains of campaigns")
