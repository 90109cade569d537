"""What this app adds to the frame and the workbench."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from performance.models import KpiFact, MonthClose, Target
from performance.selectors.exceptions import team_day
from performance.selectors.figures import closed_months
from performance.selectors.reach import reach_of
from performance.selectors.scene import Scene, past_periods
from performance.selectors.tiles import scene_targets, tiles
from salesops.audit.models import AuditEvent
from salesops.core.periods import Period
from salesops.core.policies import can
from salesops.ui.registries import MenuItem, WorkbenchCard, menu, workbench_cards

SELLERS = ("rep", "lead", "manager", "gm")
LEADING = ("lead", "manager")
CARD_CODES = ["sal_amt", "new_cust", "col_amt", "visit_done", "vis_done", "ord_cnt"]


def my_scene(request: Any, at: datetime | None = None) -> Scene | None:
    """This month of the person themself; leads see their team, managers their department."""
    if not can(request.user, "view", KpiFact):
        return None
    at = at or timezone.now()
    period = Period.month_of(timezone.localdate(at))
    return Scene(request.user, reach_of(request.user), period, at)


def targets_with_pace(request: Any) -> dict[str, Any] | None:
    """My targets of this month with their pace; hidden from who has none or answers for no sales."""
    if not request.user.has_role(*SELLERS):
        return None
    scene = my_scene(request)
    if scene is None:
        return None
    goals = scene_targets(scene, CARD_CODES, [scene.period])
    codes = [code for code in CARD_CODES if (code, scene.period.code) in goals]
    if not codes:
        return None
    oldest = past_periods(scene.period)[0]
    return {
        "tiles": tiles(scene, codes, closed_months(Period(oldest.start, scene.period.end))),
        "currency": settings.BASE_CURRENCY,
        "period": scene.period,
    }


def team_today(request: Any) -> dict[str, Any] | None:
    """For leads and managers: who visited today, who is silent."""
    if not request.user.has_role(*LEADING):
        return None
    scene = my_scene(request)
    if scene is None:
        return None
    rows = team_day(scene, scene.today)
    return {
        "done": sum(r["done"] for r in rows),
        "open": sum(r["open"] for r in rows),
        "silent": [r["person"] for r in rows if r["quiet"]][:6],
        "rows": [r for r in rows if not r["quiet"]][:6],
    }


def since_yesterday(request: Any) -> dict[str, Any] | None:
    """What others did since yesterday to records that are mine."""
    from customers.models import Customer
    from orders.models import Order

    user = request.user
    start = timezone.now() - timedelta(days=1)
    mine = Q()
    for model in (Customer, Order):
        from django.contrib.contenttypes.models import ContentType

        kind = ContentType.objects.get_for_model(model)
        mine |= Q(
            links__content_type=kind, links__object_id__in=model.objects.filter(owner=user).values("pk")
        )
    events = (
        AuditEvent.objects.filter(mine, at__gte=start).exclude(actor=user).select_related("actor").distinct()
    )
    rows = list(events.order_by("-pk")[:8])
    return {"rows": rows} if rows else None


def register_pages() -> None:
    """Menu entries and workbench cards."""
    entry = menu.register
    entry(
        "performance.team", MenuItem("performance", _("Team dashboard"), "dashboards:team", KpiFact, order=10)
    )
    entry(
        "performance.deals",
        MenuItem("performance", _("Opportunity dashboard"), "dashboards:deals", KpiFact, order=12),
    )
    entry(
        "performance.finance",
        MenuItem(
            "performance",
            _("Finance dashboard"),
            "dashboards:finance",
            KpiFact,
            roles=("finance", "gm", "manager", "auditor"),
            order=20,
        ),
    )
    entry(
        "performance.company",
        MenuItem(
            "performance",
            _("Company dashboard"),
            "dashboards:company",
            KpiFact,
            roles=("gm", "manager", "finance", "auditor", "hr"),
            order=30,
        ),
    )
    entry(
        "performance.day",
        MenuItem("performance", _("The team's day"), "performance:team_day", KpiFact, order=40),
    )
    entry(
        "performance.targets",
        MenuItem("performance", _("Targets"), "performance:target_list", Target, order=50),
    )
    entry(
        "performance.target_year",
        MenuItem("performance", _("Targets of a year"), "performance:target_year", Target, "add", order=51),
    )
    entry(
        "performance.progress",
        MenuItem("performance", _("Targets and forecast"), "performance:progress", KpiFact, order=52),
    )
    entry(
        "performance.kpis", MenuItem("performance", _("Key figures"), "performance:kpis", KpiFact, order=60)
    )
    entry(
        "performance.closes",
        MenuItem("performance", _("Monthly closes"), "performance:monthclose_list", MonthClose, order=70),
    )
    cards = workbench_cards.register
    cards(
        "performance.targets",
        WorkbenchCard(
            _("My targets this month"),
            "performance/parts/card_targets.html",
            targets_with_pace,
            order=5,
            wide=True,
            lazy=True,
            roles=SELLERS,
        ),
    )
    cards(
        "performance.team_day",
        WorkbenchCard(
            _("The team today"),
            "performance/parts/card_team_day.html",
            team_today,
            order=30,
            lazy=True,
            roles=LEADING,
        ),
    )
    cards(
        "performance.since",
        WorkbenchCard(_("Since yesterday"), "performance/parts/card_since.html", since_yesterday, order=80),
    )
