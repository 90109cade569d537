"""People: create, change, leave, return (ORG-01, ORG-03)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from salesops.accounts.events import PasswordLinkAsked, PersonLeft
from salesops.accounts.models import Membership, RoleGrant, Team, User
from salesops.accounts.services.guard import require
from salesops.accounts.services.posts import grant_role, join_team
from salesops.accounts.services.superiors import note_superior, refuse_circle
from salesops.audit.services import record
from salesops.core.errors import Conflict, Duplicate, InvalidInput
from salesops.core.events import publish
from salesops.core.locking import lock_row

EDITABLE = (
    "username",
    "name",
    "email",
    "phone",
    "staff_no",
    "superior",
    "joined_date",
    "language",
    "post",
    "own_duties",
)


@transaction.atomic
def create_person(
    *,
    actor: User | None,
    at: datetime,
    username: str,
    name: str,
    email: str = "",
    phone: str = "",
    staff_no: str = "",
    superior: User | None = None,
    joined_date: date | None = None,
    language: str = "",
    post: str = "",
    own_duties: str = "",
    team: Team | None = None,
    role: str = "",
    amount_limit: Any = None,
    invite: bool = False,
) -> User:
    """Put a person on file, with team and role from the joining date (else today), without a password.

    Who is given no superior reports to the head of the unit, or of the nearest unit above that has one (ORG-03).
    Raises ``Duplicate`` for a user name in use (letter case does not make a difference).
    """
    require(actor, "add", User)
    username = User.normalize_username(username.strip())
    if User.objects.filter(username__iexact=username).exists():
        raise Duplicate(
            _("The user name “%(name)s” is taken.") % {"name": username},
            field="username",
            way_out=_("Choose another one, or reactivate the person who has it."),
        )
    person = User(
        username=username,
        name=name.strip(),
        email=User.objects.normalize_email(email.strip()),
        phone=phone.strip(),
        staff_no=staff_no.strip(),
        superior=superior or _head_of(team),
        joined_date=joined_date,
        language=language,
        post=post,
        own_duties=own_duties.strip(),
    )
    person.set_unusable_password()
    person.save()
    since = joined_date or timezone.localdate(at)
    if team is not None:
        join_team(actor=actor, at=at, person=person, team=team, from_date=since)
    if role:
        grant_role(actor=actor, at=at, person=person, role=role, from_date=since, amount_limit=amount_limit)
    record("accounts.person_created", person, actor=actor, at=at, data={"person": person.name})
    if invite and person.email:
        publish(PasswordLinkAsked(person.pk, at, invitation=True))
    return person


@transaction.atomic
def edit_person(*, actor: User | None, at: datetime, person: User, **changes: Any) -> User:
    """Change fields of the staff file. Raises ``Duplicate``, ``InvalidInput`` (circle of superiors)."""
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not editable: {sorted(unknown)}")
    person = lock_row(User.objects, person.pk)
    require(actor, "edit", person)
    if "superior" in changes:
        refuse_circle(person, changes["superior"])
    changed = [name for name, value in changes.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, changes[name])
    if not changed:
        return person
    try:
        with transaction.atomic():
            person.save(update_fields=changed)
    except IntegrityError:
        raise Duplicate(_("This user name is taken."), field="username") from None
    record(
        "accounts.person_changed",
        person,
        actor=actor,
        at=at,
        data={"person": person.name, "fields": [str(_label(name)) for name in changed]},
    )
    if "superior" in changed:
        note_superior(person, actor=actor, at=at)
    return person


def _label(name: str) -> Any:
    return User._meta.get_field(name).verbose_name


def _head_of(team: Team | None) -> User | None:
    while team is not None and team.head is None:
        team = team.parent
    return team.head if team else None


@transaction.atomic
def deactivate_person(
    *, actor: User | None, at: datetime, person: User, left_date: date, reason: str = ""
) -> User:
    """A person leaves: signed out everywhere at once, password void, team and roles end on the last day.

    Raises ``Conflict`` when people still report to the person: somebody must be their superior (ORG-03).
    """
    person = lock_row(User.objects, person.pk)
    require(actor, "deactivate", person)
    if not person.is_active:
        raise Conflict(_("%(person)s has left already.") % {"person": person})
    team = person.subordinates.filter(is_active=True).order_by("name", "pk")
    if team.exists():
        raise Conflict(
            ngettext(
                "%(count)d person still reports to %(person)s.",
                "%(count)d people still report to %(person)s.",
                team.count(),
            )
            % {"count": team.count(), "person": person},
            way_out=_("Give them another superior first: %(names)s.")
            % {"names": ", ".join(map(str, team[:5]))},
        )
    if person.joined_date and left_date < person.joined_date:
        raise InvalidInput(_("The last day lies before the first."), field="left_date")
    person.is_active = False
    person.left_date, person.leave_reason = left_date, reason.strip()
    person.set_unusable_password()  # ends every session, also after a return
    person.save(update_fields=["is_active", "left_date", "leave_reason", "password"])
    for rows in (Membership.objects, RoleGrant.objects):
        mine = rows.filter(user=person)
        mine.filter(from_date__gt=left_date).delete()
        mine.exclude(to_date__lte=left_date).update(to_date=left_date)
    Team.objects.filter(head=person).update(head=None)
    record(
        "accounts.person_left",
        person,
        actor=actor,
        at=at,
        data={"person": person.name, "left_date": left_date.isoformat()},
        comment=reason,
    )
    publish(PersonLeft(person.pk, left_date, at))
    return person


@transaction.atomic
def reactivate_person(*, actor: User | None, at: datetime, person: User, on: date) -> User:
    """A person returns on a day, without roles and password: both are given anew."""
    person = lock_row(User.objects, person.pk)
    require(actor, "reactivate", person)
    if person.is_active:
        raise Conflict(_("%(person)s is in post.") % {"person": person})
    person.is_active, person.left_date, person.leave_reason = True, None, ""
    person.save(update_fields=["is_active", "left_date", "leave_reason"])
    record(
        "accounts.person_returned",
        person,
        actor=actor,
        at=at,
        data={"person": person.name, "on": on.isoformat()},
    )
    return person


@transaction.atomic
def update_profile(*, person: User, at: datetime, phone: str, language: str, theme: str) -> User:
    """What everybody may change about himself."""
    person = lock_row(User.objects, person.pk)
    person.phone, person.language, person.theme = phone.strip(), language, theme
    person.save(update_fields=["phone", "language", "theme"])
    record("accounts.profile_changed", person, actor=person, at=at, data={"person": person.name})
    return person
