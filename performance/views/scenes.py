"""From the query string to a scene: period, unit and person, each checked against the reach (quality Z4)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from performance.models import KpiFact
from performance.selectors.reach import Reach, reach_of
from performance.selectors.scene import Scene
from salesops.accounts.models import Team, User
from salesops.core.errors import NotAllowed
from salesops.core.periods import Period
from salesops.core.policies import can


def scene_of(view: Any) -> Scene:
    """The scene of a request. Raises 404 for a unit or person out of reach, ``NotAllowed`` without a reach."""
    request = view.request
    if not can(request.user, "view", KpiFact):
        raise NotAllowed(
            _("Figures of sales are not part of your role."),
            way_out=_("Ask an administrator if your duties have changed."),
        )
    reach = reach_of(request.user)
    period = Period.parse(request.GET.get("period") or f"{timezone.localdate(view.at):%Y-%m}")
    team, team_ids = _team(request.GET.get("team", ""), reach)
    person = _person(request.GET.get("person", ""), reach)
    return Scene(request.user, reach, period, view.at, person=person, team=team, team_ids=team_ids)


def _team(code: str, reach: Reach) -> tuple[Team | None, tuple[int, ...] | None]:
    if not code:
        return None, None
    team = Team.objects.filter(code=code).first()
    if team is None or not (reach.everything or team.pk in reach.team_ids):
        raise Http404
    below = Team.objects.filter(path__startswith=team.path).order_by("pk").values_list("pk", flat=True)
    return team, tuple(below)


def _person(username: str, reach: Reach) -> User | None:
    if not username:
        return None
    person = people_in_reach(reach).filter(username=username).first()
    if person is None:
        raise Http404
    return person


def people_in_reach(reach: Reach) -> Any:
    """People whose facts one may see: everybody, or oneself and who stands or stood in one's units."""
    people = User.objects.all()
    if not reach.everything:
        people = people.filter(Q(pk=reach.owner_id) | Q(memberships__team__in=reach.team_ids))
    return people.distinct().order_by("name", "pk")


def selectors_of(scene: Scene) -> dict[str, Any]:
    """Choices of the selector line: recent periods, units and people in reach."""
    teams = Team.objects.filter(is_active=True).order_by("path", "pk")
    people = people_in_reach(scene.reach).filter(is_active=True)
    if not scene.reach.everything:
        teams = teams.filter(pk__in=scene.reach.team_ids)
    else:
        people = people.filter(role_grants__role__in=["rep", "lead"])
    if scene.team_ids is not None:
        people = people.filter(memberships__team__in=scene.team_ids)
    today = Period.month_of(scene.today)
    months = [today]
    while len(months) < 15:
        months.append(months[-1].previous())
    quarters = [Period.quarter_of(today.start)]
    while len(quarters) < 5:
        quarters.append(quarters[-1].previous())
    years = [Period.year_of(today.start)]
    years.append(years[-1].previous())
    known = {p.code for p in (*months, *quarters, *years)}
    extra = [] if scene.period.code in known else [scene.period]
    return {
        "groups": [
            (_("Months"), [p.code for p in (*extra, *months)]),
            (_("Quarters"), [p.code for p in quarters]),
            (_("Years"), [p.code for p in years]),
        ],
        "teams": list(teams.values("code", "name")),
        "people": list(people.values("username", "name")[:300]),
    }


def reach_name(scene: Scene) -> str:
    """In words, whose figures these are."""
    if scene.person is not None:
        return str(scene.person)
    if scene.team is not None:
        return str(scene.team)
    if scene.reach.everything:
        return _("The whole company")
    if not scene.reach.team_ids:
        return _("My own figures")
    top = Team.objects.filter(pk__in=scene.reach.team_ids).order_by("path").first()
    return str(top)
