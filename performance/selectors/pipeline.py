"""Deals and leads of a scene that are no KPI: the funnel of today, sources, reasons for losses; each opens its rows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse

from customers.choices.deals import OPEN_STAGES, LeadSource, Stage
from customers.models import Lead, LossReason, Opportunity
from customers.selectors import cross
from performance.choices import Dimension
from performance.kpis.registry import kpi_of
from performance.models import MonthClose
from performance.selectors.rankings import by_key
from performance.selectors.scene import Scene
from performance.selectors.tiles import history


def _list_url(scene: Scene, page: str, **filters: Any) -> str:
    """The list of the same rows: person, unit and region of the scene as its filters."""
    if scene.person is not None:
        filters.setdefault("owner", scene.person.pk)
    if scene.team is not None:
        filters["team"] = scene.team.pk
    if scene.region is not None:
        filters.setdefault("region", scene.region)
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


# --- two ways at once: by person, team, region, product and month -------------------------------------

RESULTS = ("won_amt", "win_rate", "deal_days", "lead_conv")
DIMENSIONS = {
    "person": Dimension.STAFF,
    "team": Dimension.TEAM,
    "region": Dimension.REGION,
    "product": Dimension.PRODUCT,
}


def funnel_by(scene: Scene, by: str) -> dict[str, Any]:
    """Open deals of today by step; by month: that in which the decision is expected."""
    rows = _within(scene, Opportunity.objects.filter(stage__in=OPEN_STAGES), "customer__region")
    month = cross.month_of("expected_close", "no_date")
    return _table(
        scene, rows, by, cross.BY_DEAL, month, cross.steps(OPEN_STAGES), {"open": "on"}, "opportunity"
    )


def sources_by(scene: Scene, by: str) -> dict[str, Any]:
    """Leads received in the period by source; by month: that in which they came in."""
    span = (scene.period.start, scene.period.end)
    rows = _within(scene, Lead.objects.filter(created_date__range=span), "region")
    fixed = _dates("created_date", span)
    return _table(scene, rows, by, cross.BY_LEAD, cross.month_of("created_date"), cross.SOURCE, fixed, "lead")


def losses_by(scene: Scene, by: str) -> dict[str, Any]:
    """Deals lost in the period by reason; by month: that of the decision."""
    span = (scene.period.start, scene.period.end)
    lost = Opportunity.objects.filter(stage=Stage.LOST, closed_date__range=span)
    rows = _within(scene, lost, "customer__region")
    fixed = {"stage": str(Stage.LOST)} | _dates("closed_date", span)
    month = cross.month_of("closed_date")
    return _table(scene, rows, by, cross.BY_DEAL, month, cross.REASON, fixed, "opportunity")


def results_by(scene: Scene, by: str, closed: dict[str, MonthClose]) -> dict[str, Any]:
    """Amount won, win rate, cycle and lead conversion of each key; a closed month shows what was closed."""
    found: dict[Any, dict[str, Any]] = {}
    labels: dict[Any, str] = {}
    if by == "month":
        months = history(scene, list(RESULTS), closed)
        for place, label in enumerate(months["labels"]):
            labels[label] = label
            found[label] = {
                c: {"value": months[c][place], "url": months[f"{c}_urls"][place]} for c in RESULTS
            }
    else:
        for code in RESULTS:
            for row in by_key(scene, code, DIMENSIONS[by], closed, limit=None):
                labels[row["key"]] = str(row["label"])
                found.setdefault(row["key"], {})[code] = row
    return {
        "title": cross.words()[by],
        "columns": [(kpi_of(code).title, kpi_of(code).unit) for code in RESULTS],
        "lines": [
            {"label": labels[key], "cells": [(cells.get(code), kpi_of(code)) for code in RESULTS]}
            for key, cells in (
                found.items() if by == "month" else sorted(found.items(), key=lambda i: labels[i[0]])
            )
        ],
    }


def _dates(name: str, span: tuple[Any, Any]) -> dict[str, str]:
    return {f"{name}_after": span[0].isoformat(), f"{name}_before": span[1].isoformat()}


def _table(
    scene: Scene,
    rows: QuerySet,
    by: str,
    axes: dict[str, cross.Axis],
    month: cross.Axis,
    across: cross.Axis,
    fixed: dict[str, str],
    page: str,
) -> dict[str, Any]:
    down = month if by == "month" else axes[by]
    table = cross.cross(rows, down, across, fixed=fixed, money=False)
    return cross.shown(table, cross.words()[by], "count", lambda filters: _list_url(scene, page, **filters))
