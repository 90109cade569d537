"""The button under a refusal that no flow lifts: a task for who can, with its words filled in (CON-06)."""

from __future__ import annotations

from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import RoleGrant, User
from salesops.core.errors import AskOffer
from salesops.core.policies import can
from salesops.core.subjects import records, visible_subject
from salesops.ui.registries import releases
from salesops.work.models import Task
from salesops.work.subjects import reference

MOST_NAMED = 4


def read_ask(offer: AskOffer, user: Any) -> dict[str, Any]:
    """Who can help, and the form of a task for the first of them; nothing when the reader is the only one."""
    people = able(offer, user)
    if not people:
        return {}
    fields = {"title": str(offer.title)[:200]}
    if _may_see(user, offer) and (shared := _first_who_may_see(people, offer)):
        people, fields["about"] = shared, reference(offer.subject)
    who = [str(person) for person in people[:MOST_NAMED]]
    if not can(user, "add", Task):
        return {"who": who, "any_of": True}
    url = f"{reverse('work:task_create')}?{urlencode({'owner': people[0].pk, **fields})}"
    return {"label": _("Ask %(person)s") % {"person": people[0]}, "url": url, "who": who, "any_of": True}


def able(offer: AskOffer, user: Any) -> list[User]:
    """People in post whom the offer names, in its order, each once, without the reader."""
    named = [person for person in offer.people if person is not None and person.is_active]
    if offer.roles:
        held = RoleGrant.objects.in_force(timezone.localdate()).filter(role__in=offer.roles).values("user")
        named += User.objects.filter(pk__in=held, is_active=True).order_by("name", "pk")
    return list({person.pk: person for person in named if person.pk != user.pk}.values())


def _first_who_may_see(people: list[User], offer: AskOffer) -> list[User]:
    """As many as are named, no more: each costs a question."""
    return list(islice((person for person in people if _may_see(person, offer)), MOST_NAMED))


def _may_see(person: Any, offer: AskOffer) -> bool:
    subject = offer.subject
    if subject is None or subject.pk is None or subject._meta.label_lower not in records:
        return False
    return visible_subject(person, ContentType.objects.get_for_model(subject), subject.pk) is not None


def register() -> None:
    releases.readers[AskOffer] = read_ask
