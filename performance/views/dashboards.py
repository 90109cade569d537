"""Team, finance and company dashboards (ORG-06, RPT-01): figures, charts, exceptions; everything opens its rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from performance.choices import Dimension, Pace
from performance.kpis.registry import kpi_of
from performance.models import MonthClose
from performance.selectors.exceptions import late_orders, missed_visits
from performance.selectors.figures import closed_months
from performance.selectors.rankings import by_key, overdue_by_age, people_against_target
from performance.selectors.scene import past_periods
from performance.selectors.tiles import history, tiles
from performance.services.snapshots import kept_page
from performance.views.charts import Drawing, chart, ranking
from performance.views.scenes import parts_of, reach_name, scene_of, selectors_of
from receivables.models import BankLine, PeriodLock, Receivable
from salesops.core.periods import Period
from salesops.core.policies import can
from salesops.ui.views import PageView


class DashboardView(PageView):
    """What the three dashboards share; ``codes`` are the figures of the top row."""

    template_name = "performance/dashboard.html"
    codes: tuple[str, ...] = ()
    place = ""

    def get_context(self) -> dict[str, Any]:
        self.scene = scene_of(self)
        asked = "again" in self.request.GET
        page = kept_page(self.scene, self.place, again=asked)
        follows = page.large and not asked and not page.body
        if follows:
            page = replace(page, body=page.before, computed_at=page.before_at or page.computed_at)
        elif not page.body:
            body = render_to_string("performance/dashboard_body.html", self.counted(), self.request)
            page = page.keep(body)
        if self.request.htmx and asked:
            self.template_name = "performance/parts/figures.html"
        return {
            "scene": self.scene,
            "whose": reach_name(self.scene),
            "body": mark_safe(page.body),  # noqa: S308 drawn by our own template, escaped there
            "follows": follows,
            "older": not page.newest,
            "computed_at": page.computed_at,
            "again": self.again(),
            "further": self.further(),
        }

    def counted(self) -> dict[str, Any]:
        """Everything on the page, counted now."""
        scene = self.scene
        oldest = past_periods(scene.period)[0]
        self.closed = closed_months(Period(oldest.start, max(scene.period.end, oldest.end)))
        last = Period.month_of(scene.period.end)
        close: MonthClose | None = self.closed.get(last.code)
        return {
            "scene": scene,
            "place": self.place,
            "tiles": tiles(scene, list(self.codes), self.closed),
            "charts": [c for c in self.charts() if c],
            "exceptions": [e for e in self.exceptions() if e],
            "selectors": selectors_of(scene) | parts_of(scene),
            "currency": settings.BASE_CURRENCY,
            "frozen": all(m.code in self.closed for m in scene.period.months()),
            "computed_at": close.closed_at if close else self.at,
        }

    def again(self) -> str:
        """The address of this page that counts everything again."""
        query = self.request.GET.copy()
        query["again"] = "1"
        return query.urlencode()

    def further(self) -> list[tuple[Any, str]]:
        """Other pages that answer what one asks next: word and address."""
        return []

    def charts(self) -> list[Drawing]:
        return []

    def exceptions(self) -> list[dict[str, Any] | None]:
        return []

    def months(self, *codes: str) -> dict[str, list[Any]]:
        return history(self.scene, list(codes), self.closed)

    def sales_by_month(self, months: dict[str, list[Any]]) -> Drawing:
        series = [
            {"name": _("Sales"), "values": months["sal_amt"], "hrefs": months["sal_amt_urls"]},
        ]
        if any(months["sal_amt_target"]):
            series.append(
                {"name": _("Target"), "values": months["sal_amt_target"], "kind": "line", "dashed": True}
            )
        return chart(
            "sales-months",
            _("Sales by month"),
            "bar",
            months["labels"],
            *series,
            unit=settings.BASE_CURRENCY,
            wide=True,
        )

    def rank(self, key: str, title: Any, code: str, by: Dimension, name: Any, limit: int = 8) -> Drawing:
        rows = by_key(self.scene, code, by, self.closed, limit=limit)
        return ranking(key, title, rows, name, unit=settings.BASE_CURRENCY)

    def sales_by_category(self) -> Drawing:
        return self.rank("by-category", _("Sales by category"), "sal_amt", Dimension.CATEGORY, _("Sales"))

    # --- exceptions that need a person ----------------------------------------------------------------
    def late_deliveries(self) -> dict[str, Any]:
        rows = list(late_orders(self.scene)[:6])
        return {
            "title": _("Late deliveries today"),
            "empty": _("Nothing is late."),
            "template": "performance/parts/late_orders.html",
            "rows": rows,
        }

    def missed_visits(self) -> dict[str, Any] | None:
        if self.scene.category is not None:
            return None
        return {
            "title": _("Visits not logged"),
            "empty": _("Every planned visit is logged."),
            "template": "performance/parts/missed_visits.html",
            "rows": list(missed_visits(self.scene)[:6]),
        }

    def overdue_customers(self) -> dict[str, Any] | None:
        if not self.scene.answers(kpi_of("overdue_amt")):
            return None
        scene = replace(self.scene, period=Period.month_of(self.scene.today), cache={})
        scene.__dict__["rules"] = self.scene.rules  # the same page reads them once
        rows = by_key(scene, "overdue_amt", Dimension.CUSTOMER, {}, limit=6)
        return {
            "title": _("Overdue today, by customer"),
            "empty": _("Nobody owes us anything overdue."),
            "template": "performance/parts/amounts.html",
            "rows": rows,
        }

    def behind_pace(self) -> dict[str, Any] | None:
        if self.scene.narrowed:
            return None  # a target is for all regions and categories
        people = people_against_target(self.scene, "sal_amt", self.closed)
        return {
            "title": _("Behind their pace"),
            "empty": _("Nobody with a target is behind.") if people else _("Nobody has a target here."),
            "template": "performance/parts/people.html",
            "rows": [p for p in people if p.pace in (Pace.BEHIND, Pace.AT_RISK)][:6],
        }


class TeamDashboard(DashboardView):
    """The lead's and the rep's page: their sales, visits, deliveries, and who needs help."""

    title = _("Team dashboard")
    place = "team"
    codes = ("sal_amt", "ord_cnt", "new_cust", "visit_done", "otd", "col_amt", "col_rate", "overdue_amt")

    def charts(self) -> list[Drawing]:
        months = self.months("sal_amt")
        return [
            self.sales_by_month(months),
            self.rank("by-person", _("Sales by person"), "sal_amt", Dimension.STAFF, _("Sales")),
            self.rank("by-customer", _("Sales by customer"), "sal_amt", Dimension.CUSTOMER, _("Sales")),
            self.sales_by_category(),
        ]

    def exceptions(self) -> list[dict[str, Any] | None]:
        return [
            self.behind_pace(),
            self.late_deliveries(),
            self.missed_visits(),
            self.overdue_customers(),
        ]


class FinanceDashboard(DashboardView):
    """Money: what came in, what is overdue and how long, who owes it."""

    title = _("Finance dashboard")
    place = "finance"
    roles = ("finance", "gm", "manager", "auditor")
    codes = ("col_amt", "col_rate", "overdue_amt", "sal_amt")

    def charts(self) -> list[Drawing]:
        if not self.scene.answers(kpi_of("col_amt")):
            return []
        months = self.months("col_amt", "col_rate", "overdue_amt")
        rates = [None if v is None else v * 100 for v in months["col_rate"]]
        return [
            chart(
                "collected",
                _("Collected by month"),
                "bar",
                months["labels"],
                {"name": _("Collected"), "values": months["col_amt"], "hrefs": months["col_amt_urls"]},
                unit=settings.BASE_CURRENCY,
            ),
            self.overdue_by_age(),
            chart(
                "rate",
                _("Collection rate by month"),
                "line",
                months["labels"],
                {"name": _("Collection rate"), "values": rates, "hrefs": months["col_rate_urls"]},
                unit="%",
            ),
            self.rank("overdue-team", _("Overdue by team"), "overdue_amt", Dimension.TEAM, _("Overdue")),
        ]

    def overdue_by_age(self) -> Drawing:
        """Overdue money in the buckets of ageing; each bar opens the open items due in those days."""
        rows = overdue_by_age(self.scene, self.closed)
        return chart(
            "ageing",
            _("Overdue by age"),
            "bar",
            [row["label"] for row in rows],
            {"name": _("Overdue"), "values": [r["value"] for r in rows], "hrefs": [r["url"] for r in rows]},
            unit=settings.BASE_CURRENCY,
            direct=True,
        )

    def exceptions(self) -> list[dict[str, Any] | None]:
        return [self.overdue_customers(), self.late_deliveries()]

    def further(self) -> list[tuple[Any, str]]:
        """From the figures to the reports of the ledger and to the work of the day."""
        pages = [
            (PeriodLock, _("Finance today"), "finance_day"),
            (Receivable, _("Ageing"), "ageing"),
            (Receivable, _("Collection rates"), "rates"),
            (Receivable, _("Cash forecast"), "forecast"),
            (BankLine, _("Bank lines"), "bankline_list"),
        ]
        user = self.request.user
        return [
            (word, reverse(f"receivables:{name}")) for model, word, name in pages if can(user, "list", model)
        ]


class CompanyDashboard(DashboardView):
    """The whole house at a glance."""

    title = _("Company dashboard")
    place = "company"
    roles = ("gm", "manager", "finance", "auditor", "hr")
    codes = ("sal_amt", "ord_cnt", "new_cust", "otd", "col_amt", "col_rate", "overdue_amt", "vis_done")

    def charts(self) -> list[Drawing]:
        months = self.months("sal_amt")
        return [
            self.sales_by_month(months),
            self.rank("by-team", _("Sales by team"), "sal_amt", Dimension.TEAM, _("Sales")),
            self.rank("by-region", _("Sales by region"), "sal_amt", Dimension.REGION, _("Sales")),
            self.sales_by_category(),
        ]

    def exceptions(self) -> list[dict[str, Any] | None]:
        return [self.behind_pace(), self.overdue_customers(), self.late_deliveries()]
