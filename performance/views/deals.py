"""The dashboard of deals: amounts won, win rate, cycle, funnel, sources, reasons for losses (RPT-01, OPP-09)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers.models import Opportunity
from performance.choices import Dimension
from performance.selectors.pipeline import funnel, lead_sources, loss_reasons
from performance.selectors.rankings import by_key
from performance.views.charts import Drawing, chart, ranking
from performance.views.dashboards import DashboardView
from salesops.core.policies import can


class DealsDashboard(DashboardView):
    """By person, team, region, product and month; every bar opens its rows."""

    title = _("Deals dashboard")
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
            ranking("funnel", _("Funnel: open deals by step"), funnel(self.scene), _("Deals")),
            ranking("loss-reasons", _("Why deals were lost"), loss_reasons(self.scene), _("Deals")),
            ranking("lead-sources", _("Where leads came from"), lead_sources(self.scene), _("Leads")),
        ]

    def rates(self, key: str, title: Any, by: Dimension) -> Drawing:
        rows = by_key(self.scene, "win_rate", by, self.closed, limit=8)
        shown = [{**row, "value": None if row["value"] is None else row["value"] * 100} for row in rows]
        return ranking(key, title, shown, _("Win rate"), unit="%")
