"""What pages over visits share: period, person and team in the url, and what they may be cut by."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from customers.about import Reader
from customers.models import Visit
from customers.permissions import VisitPolicy
from customers.selectors import people_in_reach
from salesops.accounts.models import Team, User
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.keys import is_key
from salesops.core.periods import Period
from salesops.core.policies import can
from salesops.core.questions import Question
from salesops.ui.views import PageView

WAYS = {
    "owner": _("By person"),
    "team": _("By team"),
    "class": _("By class"),
    "region": _("By region"),
    "month": _("By month"),
}


def _people_of(reader: Reader, *, on: date) -> QuerySet[User]:
    return people_in_reach(reader.user, VisitPolicy(), "view", on=on)


# Written once for all who have the same rights: these stand above every page of visits.
_people = Question(lambda reader, *, on: _people_of(reader, on=on).only("name", "username")[:500])
_teams = Question(
    lambda reader, *, on: Team.objects.filter(
        is_active=True, memberships__user__in=_people_of(reader, on=on).values("pk")
    ).distinct()
)


class VisitsPage(PageView):
    """A page over visits with period, person and team in the url."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not can(request.user, "list", Visit):
            raise NotAllowed(_("Your role has no visits."))
        self.today = timezone.localdate(self.at)
        self.period = self.read_period()
        self.owner = self.chosen(User, "owner")
        self.team = self.chosen(Team, "team")
        return super().get(request, *args, **kwargs)

    def read_period(self) -> Period:
        text = self.request.GET.get("period", "")
        return self.or_now(text)

    def or_now(self, text: str) -> Period:
        try:
            period = Period.parse(text) if text else Period.month_of(self.today)
        except InvalidInput:
            period = Period.month_of(self.today)
        return period if 2000 <= period.start.year <= 2100 else Period.month_of(self.today)

    def chosen(self, model: Any, name: str) -> Any:
        text = self.request.GET.get(name, "")
        if not is_key(text):
            return None
        rows = (
            _people_of(Reader(self.request.user), on=self.today)
            if model is User
            else Team.objects.filter(is_active=True)
        )
        return rows.filter(pk=text).first()

    def visits(self) -> QuerySet[Visit]:
        rows = Visit.objects.visible_to(self.request.user)
        if self.owner:
            rows = rows.filter(owner=self.owner)
        if self.team:
            rows = rows.filter(team__path__startswith=self.team.path)
        return rows

    def query(self, **change: Any) -> str:
        given = {
            "period": self.period.code,
            "owner": self.owner.pk if self.owner else "",
            "team": self.team.pk if self.team else "",
        } | change
        return "?" + urlencode({k: v for k, v in given.items() if v})

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Visits"), reverse("customers:visit_list"))]

    def get_context(self) -> dict[str, Any]:
        return {
            "period": self.period,
            "owner": self.owner,
            "team": self.team,
            "people": self.everybody,
            "teams": self.teams(),
            "previous_url": self.query(period=self.period.previous().code),
            "next_url": self.query(period=self.period.next().code),
            "now_url": self.query(period=""),
        }

    @cached_property
    def everybody(self) -> list[User]:
        """The people in reach with what is shown of them, asked for once."""
        return _people(Reader(self.request.user), on=self.today)

    def narrowed(self) -> dict[str, Any]:
        """The person and the team as the list of visits filters by them."""
        given = {"owner": self.owner, "team": self.team}
        return {name: obj.pk for name, obj in given.items() if obj}

    def teams(self) -> list[Team]:
        """Teams whose people the person sees; none for who sees only own visits."""
        if len(self.everybody) < 2:
            return []
        return _teams(Reader(self.request.user), on=self.today)
