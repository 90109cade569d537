"""Targets against what was reached, with the forecast, for departments, teams and people in reach (TGT-05)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from performance.choices import Dimension, Direction
from performance.kpis import kpi_of, kpis
from performance.kpis.definition import KpiDef
from performance.models import Target
from performance.selectors.figures import figure_table
from performance.selectors.forecast import forecast
from performance.selectors.reach import Selection
from performance.selectors.scene import Scene
from performance.selectors.targets import combine, descendants, pace_of
from performance.views.scenes import scene_of, selectors_of
from salesops.accounts.models import Team
from salesops.ui.views import PageView


class TargetProgress(PageView):
    """``?metric=&period=``: one line for each unit and person with a target in the period, units before their people."""

    template_name = "performance/progress.html"
    title = _("Targets and forecast")

    def get_context(self) -> dict[str, Any]:
        scene = scene_of(self).whole()
        code = self.request.GET.get("metric") or "sal_amt"
        kpi = kpis.get(code)
        if kpi is None or kpi.of:
            raise Http404
        goals = Target.objects.visible_to(self.request.user).filter(
            metric=kpi.code, period_start__gte=scene.period.start, period_end__lte=scene.period.end
        )
        rows = list(goals.select_related("staff", "team", "scope_team").order_by("pk"))
        # Of a unit whose figures the reader does not see, an own part against its target would mislead.
        units = [row for row in rows if row.team_id is not None and scene.reach.covers(row.team_id)]
        people = [row for row in rows if row.staff_id is not None]
        share = Decimal(1) if kpi.ratio or not kpi.additive else scene.share
        return {
            "scene": scene,
            "kpi": kpi,
            "share": scene.share,
            "currency": settings.BASE_CURRENCY,
            "kpis": [entry for entry in kpis if not entry.of],
            "groups": selectors_of(scene)["groups"],
            "parts": [
                (_("Departments and teams"), self.units(scene, kpi, units, share)),
                (_("People"), self.people(scene, kpi, people, share)),
            ],
        }

    def units(self, scene: Scene, kpi: KpiDef, rows: list[Target], share: Decimal) -> list[dict[str, Any]]:
        """Each unit with all below it."""
        found = combine(rows, kpi.code, scene.period)
        teams = {row.team_id: row.team for row in rows}
        lines = []
        for ref, subject in sorted(found.items(), key=lambda pair: pair[1].path):
            team: Team = teams[ref]
            table = figure_table(
                kpi.code,
                scene.period,
                Dimension.COMPANY,
                at=self.at,
                reach=scene.reach,
                selection=Selection(team_ids=descendants(team)),
            )
            url = scene.rows_url(kpi.code, team=team.code)
            lines.append(self.line(scene, kpi, team.name, table.total.value, subject.value, share, url))
            lines[-1]["depth"] = subject.path.count("/") if subject.path else 0
        top = min((line["depth"] for line in lines), default=0)
        for line in lines:
            line["depth"] = min(line["depth"] - top, 5)
        return lines

    def people(self, scene: Scene, kpi: KpiDef, rows: list[Target], share: Decimal) -> list[dict[str, Any]]:
        """Each person, who is furthest behind first."""
        found = combine(rows, kpi.code, scene.period)
        if not found:
            return []
        table = figure_table(kpi.code, scene.period, Dimension.STAFF, at=self.at, reach=scene.reach)
        values = {figure.ref: figure.value for figure in table.figures}
        nothing = None if kpi.ratio else Decimal(0)
        lines = [
            self.line(
                scene, kpi, subject.label, values.get(ref, nothing), subject.value, share,
                scene.rows_url(kpi.code, by="staff", key=subject.key),
            )
            for ref, subject in found.items()
        ]  # fmt: skip
        return sorted(lines, key=lambda line: (line["attainment"] or Decimal(0), line["name"]))

    def line(
        self,
        scene: Scene,
        kpi: KpiDef,
        name: str,
        value: Decimal | None,
        target: Decimal,
        share: Decimal,
        url: str,
    ) -> dict[str, Any]:
        attainment = value / target if target and value is not None else None
        ends = forecast(kpi, value, share)
        pace = pace_of(attainment, share, on=scene.today, limits=scene.limits)
        return {
            "name": name,
            "url": url,
            "target": target,
            "value": value,
            "attainment": attainment,
            "pace": pace if kpi_of(kpi.code).direction == Direction.UP else None,
            "forecast": ends,
            "forecast_share": ends / target if target and ends is not None else None,
            "missing": target - value if value is not None else target,
        }
