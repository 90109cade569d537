"""Who reports to whom, at once or from a day to come; signatures that are open follow the line (ORG-03)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.accounts.events import AuthorityChanged
from salesops.accounts.models import SuperiorChange, User
from salesops.accounts.services.guard import require
from salesops.audit.services import record
from salesops.core.errors import InvalidInput
from salesops.core.events import publish
from salesops.core.locking import advisory_lock, lock_row


@transaction.atomic
def change_superior(
    *, actor: User | None, at: datetime, person: User, superior: User, from_date: date
) -> SuperiorChange:
    """``person`` reports to ``superior`` from a day on; a change that waited already is replaced.

    Raises ``InvalidInput`` for a day that is past, a superior who left, and a circle in the line of today.
    """
    person = lock_row(User.objects, person.pk)
    require(actor, "edit", person)
    today = timezone.localdate(at)
    if from_date < today:
        raise InvalidInput(
            _("Decisions of past days stay with who made them."),
            field="from_date",
            way_out=_("Choose today or a later day."),
        )
    if not superior.is_active:
        raise InvalidInput(_("%(person)s has left.") % {"person": superior}, field="superior")
    refuse_circle(person, superior)
    if person.superior_id == superior.pk and not person.superior_changes.filter(done_at=None).exists():
        raise InvalidInput(
            _("%(person)s reports to %(superior)s already.") % {"person": person, "superior": superior},
            field="superior",
        )
    person.superior_changes.filter(done_at=None).delete()
    row = SuperiorChange.objects.create(person=person, superior=superior, from_date=from_date, set_by=actor)
    data = {"person": person.name, "superior": superior.name, "from_date": from_date.isoformat()}
    record("accounts.superior_set", person, superior, actor=actor, at=at, data=data)
    if from_date == today:
        _put_in_force(row, person, at=at)
    return row


@transaction.atomic
def note_superior(person: User, *, actor: User | None, at: datetime) -> None:
    """The superior on the staff file was changed at once: the dated history and the open signatures follow."""
    day = timezone.localdate(at)
    SuperiorChange.objects.create(
        person=person, superior=person.superior, from_date=day, set_by=actor, done_at=at
    )
    publish(AuthorityChanged("superior", at, people=(person.pk,)))


def put_due_in_force(*, at: datetime) -> Iterator[tuple[SuperiorChange, str]]:
    """Changes whose day has come, each with why it could not be done (\"\": it was)."""
    due = SuperiorChange.objects.filter(done_at=None, from_date__lte=timezone.localdate(at))
    for row in due.select_related("superior", "person").order_by("from_date", "pk"):
        person = lock_row(User.objects, row.person_id)
        if row.superior is None or not row.superior.is_active:
            yield row, "accounts.superior_left"
            continue
        try:
            refuse_circle(person, row.superior)
        except InvalidInput:
            yield row, "accounts.superior_circle"
            continue
        _put_in_force(row, person, at=at)
        yield row, ""


def _put_in_force(row: SuperiorChange, person: User, *, at: datetime) -> None:
    person.superior = row.superior
    person.save(update_fields=["superior"])
    row.done_at = at
    row.save(update_fields=["done_at"])
    publish(AuthorityChanged("superior", at, people=(person.pk,)))


def refuse_circle(person: User, superior: User | None) -> None:
    """One line of superiors, never a circle; the lock keeps two people from closing one together."""
    advisory_lock("accounts.superiors")
    step, seen = superior, set()
    while step is not None and step.pk not in seen:
        if step.pk == person.pk:
            raise InvalidInput(
                _("%(superior)s reports to %(person)s already; that would be a circle.")
                % {"superior": superior, "person": person},
                field="superior",
                way_out=_("Choose somebody above %(person)s.") % {"person": person},
            )
        seen.add(step.pk)
        step = User.objects.filter(pk=step.superior_id).first()
