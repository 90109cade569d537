"""From the query string to a scene: period, unit and person, each checked against the reach (quality Z4)."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from performance.models import KpiFact
from performance.selectors.reach import Reach, reach_of
from performance.selectors.scene import Scene
from salesops.accounts.models import Team, User
from salesops.catalog.models import Product
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, NotAllowed
from salesops.core.periods import Period
from salesops.core.policies import can


def scene_of(view: Any) -> Scene:
    """The scene of a request. Raises 404 for a unit or person out of reach, ``NotAllowed`` without a reach."""
    request = view.request
    if not can(request.user, "view", KpiFact):
        raise NotAllowed(
            _("Figures of sales are not part of your role."),
            way_out=_("Ask an administrator if your duties have changed."),
            release=AskOffer(_("Please look at my roles"), roles=(Role.ADMINISTRATOR,)),
        )
    reach = reach_of(request.user)
    period = Period.parse(request.GET.get("period") or f"{timezone.localdate(view.at):%Y-%m}")
    team, team_ids = _team(request.GET.get("team", ""), reach)
    person = _person(request.GET.get("person", ""), reach)
    return Scene(
        request.user,
        reach,
        period,
        view.at,
        person=person,
        team=team,
        team_ids=team_ids,
        **{name: request.GET.get(name) or None for name in ("region", "category")},
    )


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


def parts_of(scene: Scene) -> dict[str, Any]:
    """Choices of region and category, where there is more than one."""
    return {
        "regions": _names(Customer, "region", scene.region),
        "categories": _names(Product, "category", scene.category),
    }


def _names(model: type[Model], field: str, chosen: str | None) -> list[str]:
    """The names that there are, with the one that is chosen."""
    found = model._default_manager.order_by(field).values_list(field, flat=True).distinct()
    return sorted({name for name in (*found, chosen) if name})


def reach_name(scene: Scene) -> str:
    """In words, whose figures these are and what part of them."""
    return " · ".join(name for name in (_whose(scene), narrowed_name(scene)) if name)


def narrowed_name(scene: Scene) -> str:
    """The region and the category that the figures are narrowed to."""
    return " · ".join(name for name in (scene.region, scene.category) if name)


def _whose(scene: Scene) -> str:
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
