"""Facts about people become facts of their customer files, in the same transaction."""

from __future__ import annotations

from django.utils import timezone

from customers.services.opportunities import settle_deal_teams
from customers.services.ownership import follow_owner
from customers.services.receptions import item_done
from salesops.accounts.events import PersonMoved
from salesops.accounts.models import Team, User
from salesops.core.events import subscribe
from salesops.work.events import RequestAnswered, TaskFinished
from salesops.work.models import DepartmentRequest, Task


@subscribe(PersonMoved)
def person_moved(event: PersonMoved) -> None:
    owner, team = User.objects.get(pk=event.user_id), Team.objects.get(pk=event.team_id)
    follow_owner(owner=owner, team=team, from_date=event.on, at=event.at)
    settle_deal_teams(on=timezone.localdate(event.at))


@subscribe(TaskFinished)
def task_finished(event: TaskFinished) -> None:
    """A task of a reception's checklist ticks its point off."""
    owner = Task.objects.select_related("owner").get(pk=event.task_id).owner
    item_done(at=event.at, by=owner, task=event.task_id)


@subscribe(RequestAnswered)
def request_answered(event: RequestAnswered) -> None:
    """As above, for what another unit was asked."""
    owner = DepartmentRequest.objects.select_related("owner").get(pk=event.request_id).owner
    item_done(at=event.at, by=owner, request=event.request_id)
