"""The lead reviews the team's day: who visited, whose plans are open, who is silent (VIS-01, journey 2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from performance.selectors.exceptions import missed_visits, team_day
from performance.views.scenes import reach_name, scene_of, selectors_of
from salesops.core.periods import day_of
from salesops.ui.views import PageView


class TeamDay(PageView):
    """``/performance/team-day/?date=&team=``: everybody in reach with the visits of one day."""

    template_name = "performance/team_day.html"
    title = _("The team's day")

    def get_context(self) -> dict[str, Any]:
        scene = scene_of(self).whole()
        day = self.day(scene.today)
        rows = team_day(scene, day)
        return {
            "scene": scene,
            "whose": reach_name(scene),
            "day": day,
            "before": day - timedelta(days=1),
            "after": day + timedelta(days=1),
            "rows": rows,
            "planned": sum(r["planned"] for r in rows),
            "done": sum(r["done"] for r in rows),
            "silent": sum(r["quiet"] for r in rows),
            "orders": sum(r["orders"] for r in rows),
            "missed": missed_visits(scene)[:10],
            "selectors": selectors_of(scene),
        }

    def day(self, today: date) -> date:
        text = self.request.GET.get("date", "")
        try:
            return day_of(text) if text else today
        except ValueError:
            raise Http404 from None
