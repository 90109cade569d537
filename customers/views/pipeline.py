"""The pipeline: the board of open deals, and the weighted forecast by month."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.choices.deals import OPEN_STAGES, Stage
from customers.models import Opportunity
from customers.selectors.deals import StageLine, by_stage, forecast
from salesops.accounts.models import Team, User
from salesops.core.errors import NotAllowed
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.ui.views import PageView

CARDS = 30  # cards of a column; the rest is in the list


@dataclass
class Column:
    """One step of the board."""

    line: StageLine
    deals: list[Opportunity]
    url: str

    @property
    def more(self) -> int:
        return max(self.line.count - len(self.deals), 0)


class PipelineView(PageView):
    """What board and forecast share: whose deals, by person or team, within what the person may see."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not can(request.user, "list", Opportunity):
            raise NotAllowed(_("This page belongs to another role."))
        return super().get(request, *args, **kwargs)

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Opportunities"), reverse("customers:opportunity_list"))]

    def asked(self, name: str) -> int | None:
        text = self.request.GET.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    def deals(self) -> QuerySet:
        """Open deals that the person may see, of the person or team that the url names."""
        rows = Opportunity.objects.visible_to(self.request.user).filter(stage__in=OPEN_STAGES)
        self.owner = self.people().filter(pk=self.asked("owner")).first()
        self.team = Team.objects.filter(pk=self.asked("team")).first() if self.asked("team") else None
        if self.owner is not None:
            rows = rows.filter(owner=self.owner)
        if self.team is not None:
            rows = rows.filter(team__path__startswith=self.team.path)
        return rows

    def people(self) -> QuerySet[User]:
        rows = Opportunity.objects.visible_to(self.request.user).filter(
            owner=OuterRef("pk"), stage__in=OPEN_STAGES
        )
        return User.objects.filter(Exists(rows.order_by())).order_by("name", "pk")

    def list_url(self, **filters: str) -> str:
        """The list that holds exactly these deals."""
        if self.owner is not None:
            filters["owner"] = str(self.owner.pk)
        if self.team is not None:
            filters["team"] = str(self.team.pk)
        return f"{reverse('customers:opportunity_list')}?{urlencode(filters, doseq=True)}"

    def get_context(self) -> dict[str, Any]:
        people = list(self.people()[:200])
        teams = Team.objects.filter(pk__in=self._teams()).order_by("path")
        return {"people": people, "teams": list(teams), "owner": self.owner, "team": self.team}

    def _teams(self) -> set[int]:
        rows = Opportunity.objects.visible_to(self.request.user).filter(
            stage__in=OPEN_STAGES, team__isnull=False
        )
        return set(rows.order_by().values_list("team", flat=True).distinct())


class OpportunityBoard(PipelineView):
    """Six columns; a card is dragged, or moved by the form on it."""

    template_name = "customers/board.html"
    title = _("Board of opportunities")

    def get_context(self) -> dict[str, Any]:
        rows = self.deals()
        lines = by_stage(rows)
        today = timezone.localdate(self.at)
        stalled = rule("customers.deal_stalled_days", on=today)
        columns = []
        following = dict(pairwise(OPEN_STAGES))
        shown = rows.select_related("customer", "owner").order_by("next_step_on", "pk")
        for line in lines:
            deals = list(shown.filter(stage=line.stage)[:CARDS]) if line.count else []
            for deal in deals:
                deal.late = deal.next_step_on is not None and deal.next_step_on < today
                deal.stalled = (today - deal.stage_since).days >= stalled
                deal.following = following.get(deal.stage, "")
                deal.movable = can(self.request.user, "move", deal)
            columns.append(Column(line, deals, self.list_url(stage=line.stage)))
        labels = dict(Stage.choices)
        return {
            **super().get_context(),
            "columns": columns,
            "stages": [(stage, labels[stage]) for stage in OPEN_STAGES],
            "add_url": reverse("customers:opportunity_create")
            if can(self.request.user, "add", Opportunity)
            else "",
            "total": sum(line.amount for line in lines),
            "weighted": sum(line.weighted for line in lines),
        }


class Forecast(PipelineView):
    """Open deals by the month of decision, weighted by probability; every figure opens its rows (OPP-09)."""

    template_name = "customers/forecast.html"
    title = _("Forecast of opportunities")

    def get_context(self) -> dict[str, Any]:
        lines = forecast(self.deals())
        rows = []
        today = timezone.localdate(self.at)
        for line in lines:
            if line.period is None:
                label, url = gettext("Without an expected day"), self.list_url(open="on", no_date="on")
            else:
                start, end = line.period.start, line.period.end
                label = date_format(start, "YEAR_MONTH_FORMAT")
                url = self.list_url(
                    open="on", expected_close_after=start.isoformat(), expected_close_before=end.isoformat()
                )
            late = line.period is not None and line.period.end < today
            rows.append({"line": line, "label": label, "url": url, "late": late})
        widest = max((line.amount for line in lines), default=0)
        for row in rows:
            amount = row["line"].amount
            row["width"] = f"{amount / widest * 100:.1f}" if widest else "0"
            row["part"] = f"{row['line'].weighted / widest * 100:.1f}" if widest else "0"
        total = {
            "count": sum(line.count for line in lines),
            "amount": sum(line.amount for line in lines),
            "weighted": sum(line.weighted for line in lines),
            "url": self.list_url(open="on"),
        }
        return {**super().get_context(), "rows": rows, "total": total, "columns": by_stage(self.deals())}
