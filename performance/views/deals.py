"""The dashboard of deals: amounts won, win rate, cycle, funnel, sources, reasons for losses (RPT-01, OPP-09)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.models import Lead, Opportunity
from customers.selectors.cross import words
from performance.choices import Dimension
from performance.selectors.figures import closed_months
from performance.selectors.pipeline import (
    funnel,
    funnel_by,
    lead_sources,
    loss_reasons,
    losses_by,
    results_by,
    sources_by,
)
from performance.selectors.rankings import by_key
from performance.selectors.scene import past_periods
from performance.views.charts import Drawing, chart, ranking
from performance.views.dashboards import DashboardView
from performance.views.scenes import parts_of, reach_name, scene_of, selectors_of
from salesops.core.periods import Period
from salesops.core.policies import can
from salesops.ui.views import PageView


class DealsDashboard(DashboardView):
    """By person, team, region, product and month; every bar opens its rows."""

    template_name = "performance/deals_dashboard.html"

    title = _("Opportunity dashboard")
    place = "deals"
    codes = ("won_amt", "win_rate", "deal_days", "lead_conv")

    def charts(self) -> list[Drawing]:
        months = self.months("won_amt", "win_rate", "deal_days")
        rates = [None if v is None else v * 100 for v in months["win_rate"]]
        return [
            chart(
                "won-months", _("Amount won by month"), "bar", months["labels"],
                {"name": _("Amount won"), "values": months["won_amt"], "hrefs": months["won_amt_urls"]},
                unit=settings.BASE_CURRENCY, wide=True,
            ),
            chart(
                "rate-months", _("Win rate by month"), "line", months["labels"],
                {"name": _("Win rate"), "values": rates, "hrefs": months["win_rate_urls"]},
                unit="%",
            ),
            chart(
                "cycle-months", _("Sales cycle by month"), "line", months["labels"],
                {"name": _("Sales cycle"), "values": months["deal_days"], "hrefs": months["deal_days_urls"]},
                unit=_("days"),
            ),
            *self.now(),
            self.rank("won-person", _("Amount won by person"), "won_amt", Dimension.STAFF, _("Amount won")),
            self.rates("rate-person", _("Win rate by person"), Dimension.STAFF),
            self.rank("won-team", _("Amount won by team"), "won_amt", Dimension.TEAM, _("Amount won")),
            self.rates("rate-team", _("Win rate by team"), Dimension.TEAM),
            self.rank("won-region", _("Amount won by region"), "won_amt", Dimension.REGION, _("Amount won")),
            self.rank("won-product", _("Amount won by product"), "won_amt", Dimension.PRODUCT, _("Amount won")),
        ]  # fmt: skip

    def now(self) -> list[Drawing]:
        """Funnel, sources and reasons: rows of the lists of deals and leads, for those who may open them."""
        if self.scene.category is not None or not can(self.request.user, "list", Opportunity):
            return []
        return [
            ranking(
                "funnel", _("Funnel: open opportunities by step"), funnel(self.scene), _("Opportunities")
            ),
            ranking(
                "loss-reasons", _("Why opportunities were lost"), loss_reasons(self.scene), _("Opportunities")
            ),
            ranking("lead-sources", _("Where leads came from"), lead_sources(self.scene), _("Leads")),
        ]

    def rates(self, key: str, title: Any, by: Dimension) -> Drawing:
        rows = by_key(self.scene, "win_rate", by, self.closed, limit=8)
        shown = [{**row, "value": None if row["value"] is None else row["value"] * 100} for row in rows]
        return ranking(key, title, shown, _("Win rate"), unit="%")


class DealsSplit(PageView):
    """Results, funnel, sources and reasons for losses, each by person, team, region, product or month."""

    template_name = "performance/deals_split.html"
    title = _("Opportunities compared")

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Opportunity dashboard"), reverse("dashboards:deals"))]

    def get_context(self) -> dict[str, Any]:
        scene = scene_of(self)
        axes = words()
        by = self.request.GET.get("by", "")
        by = by if by in axes else "person"
        closed = closed_months(Period(past_periods(scene.period)[0].start, scene.period.end))
        tables = []
        if can(self.request.user, "list", Opportunity):
            tables = [
                (_("Funnel: open opportunities by step"), funnel_by(scene, by)),
                (_("Why opportunities were lost"), losses_by(scene, by)),
            ]
        if can(self.request.user, "list", Lead):
            tables.append((_("Where leads came from"), sources_by(scene, by)))
        return {
            "scene": scene,
            "whose": reach_name(scene),
            "selectors": selectors_of(scene) | {"regions": parts_of(scene)["regions"]},
            "axes": axes,
            "by": by,
            "results": results_by(scene, by, closed),
            "tables": tables,
            "currency": settings.BASE_CURRENCY,
        }
