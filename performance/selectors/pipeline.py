"""Deals and leads of a scene that are no KPI: the funnel of today, sources, reasons for losses; each opens its rows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse

from customers.choices.deals import OPEN_STAGES, LeadSource, Stage
from customers.models import Lead, LossReason, Opportunity
from performance.selectors.scene import Scene


def _list_url(scene: Scene, page: str, **filters: Any) -> str:
    """The list of the same rows: person, unit and region of the scene as its filters."""
    if scene.person is not None:
        filters["owner"] = scene.person.pk
    if scene.team is not None:
        filters["team"] = scene.team.pk
    if scene.region is not None:
        filters["region"] = scene.region
    return f"{reverse(f'customers:{page}_list')}?{urlencode(filters)}"


def _within(scene: Scene, rows: Any, region: str) -> QuerySet:
    rows = rows.visible_to(scene.user)
    if scene.person is not None:
        rows = rows.filter(owner=scene.person)
    if scene.team is not None:
        rows = rows.filter(team__path__startswith=scene.team.path)
    if scene.region is not None:
        rows = rows.filter(**{region: scene.region})
    return rows


def funnel(scene: Scene) -> list[dict[str, Any]]:
    """Open deals of today by step: how many, what they are worth, the list of them."""
    rows = _within(scene, Opportunity.objects.filter(stage__in=OPEN_STAGES), "customer__region").order_by()
    found = {
        row["stage"]: row
        for row in rows.values("stage").annotate(count=Count("pk"), amount=Sum("base_amount"))
    }
    labels = dict(Stage.choices)
    return [
        {
            "label": labels[stage],
            "value": found.get(stage, {}).get("count", 0),
            "amount": found.get(stage, {}).get("amount") or 0,
            "url": _list_url(scene, "opportunity", stage=stage),
        }
        for stage in OPEN_STAGES
    ]


def lead_sources(scene: Scene) -> list[dict[str, Any]]:
    """Leads received in the period by source."""
    span = (scene.period.start, scene.period.end)
    rows = _within(scene, Lead.objects.filter(created_date__range=span), "region").order_by()
    labels = dict(LeadSource.choices)
    dates = {"created_date_after": span[0], "created_date_before": span[1]}
    counted = rows.values("source").annotate(count=Count("pk")).order_by("-count", "source")
    return [
        {
            "label": labels[row["source"]],
            "value": row["count"],
            "url": _list_url(scene, "lead", source=row["source"], **dates),
        }
        for row in counted
    ]


def loss_reasons(scene: Scene) -> list[dict[str, Any]]:
    """Deals lost in the period by reason, the most frequent on top."""
    span = (scene.period.start, scene.period.end)
    lost = Opportunity.objects.filter(stage=Stage.LOST, closed_date__range=span)
    rows = _within(scene, lost, "customer__region").order_by()
    counted = list(
        rows.values("loss_reason").annotate(count=Count("pk")).order_by("-count", "loss_reason")[:12]
    )
    names = LossReason.objects.in_bulk([row["loss_reason"] for row in counted])
    dates = {"closed_date_after": span[0], "closed_date_before": span[1]}
    return [
        {
            "label": str(names[row["loss_reason"]]),
            "value": row["count"],
            "url": _list_url(scene, "opportunity", stage=Stage.LOST, loss_reason=row["loss_reason"], **dates),
        }
        for row in counted
    ]
