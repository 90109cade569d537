"""Facts about people become facts of their customer files, in the same transaction."""

from __future__ import annotations

from django.utils import timezone

from customers.services.opportunities import settle_deal_teams
from customers.services.ownership import follow_owner
from salesops.accounts.events import PersonMoved
from salesops.accounts.models import Team, User
from salesops.core.events import subscribe


@subscribe(PersonMoved)
def person_moved(event: PersonMoved) -> None:
    owner, team = User.objects.get(pk=event.user_id), Team.objects.get(pk=event.team_id)
    follow_owner(owner=owner, team=team, from_date=event.on, at=event.at)
    settle_deal_teams(on=timezone.localdate(event.at))
