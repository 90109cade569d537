"""Menu and the sentences of the timeline."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import RoleGrant, User
from salesops.audit import verbs
from salesops.core.choices import Role
from salesops.core.errors import AskOffer
from salesops.handbook.models import Acknowledgement, RuleValue
from salesops.handbook.reading import to_acknowledge
from salesops.handbook.registry import rules
from salesops.handbook.selectors import clause_sentence, rule
from salesops.ui.registries import (
    MenuItem,
    WorkbenchCard,
    clauses,
    menu,
    releases,
    side_by_side,
    workbench_cards,
)

RECENT = 5  # newest changes named at the head of the handbook


def read_clause(key: str) -> dict[str, Any]:
    """Number, heading and sentence of a clause as in force today, for the refusals that name it, and who sets it."""
    parameter = rules.get(key)
    if parameter is None:
        return {}
    sentence = clause_sentence(parameter, rule(key, on=timezone.localdate()))
    return {
        "text": f"{parameter.clause} {parameter.title}: {sentence}",
        "url": reverse("handbook:clause", args=[key]),
        "keepers": keepers(),
        "ask": AskOffer(
            _("Clause %(clause)s stopped me: %(title)s")
            % {"clause": parameter.clause, "title": parameter.title},
            roles=(Role.ADMINISTRATOR,),
        ),
    }


def keepers() -> list[str]:
    """Who sets values of clauses: administrators in post."""
    rows = RoleGrant.objects.in_force(timezone.localdate()).filter(role=Role.ADMINISTRATOR)
    people = User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("name", "pk")
    return [str(person) for person in people[:3]]


def about_handbook(user: Any, *, on: date) -> dict[str, Any]:
    """What a handbook says about itself (DOC-08): its version of a day, who interprets it, where to say something.

    The version is the day of the newest value in force, counted through the days on which values changed.
    """
    changes = list(RuleValue.objects.filter(from_date__lte=on).order_by("-from_date", "-pk"))
    offer = AskOffer(_("About the handbook: my question or proposal"), roles=(Role.ADMINISTRATOR,))
    ask = releases.read(offer, user)
    own = [str(user)] if user.has_role(Role.ADMINISTRATOR) else []
    return {
        "edition": len({change.from_date for change in changes}) + 1,
        "since": changes[0].from_date if changes else None,
        "changes": changes[:RECENT],
        "keepers": [*own, *ask.get("who", [])],
        "ask": ask,
    }


def unread(request: Any) -> dict[str, Any] | None:
    """Chapters that bind the person and are not acknowledged yet."""
    chapters = to_acknowledge(request.user, on=timezone.localdate())
    return {"chapters": chapters} if chapters else None


def register() -> None:
    clauses.reader = read_clause
    side_by_side("handbook", "handbook.readers")
    menu.register(
        "handbook",
        MenuItem("handbook", _("Handbook"), "handbook:handbook", RuleValue, order=10, icon="book"),
    )
    overseers = ("hr", "gm", "auditor", "administrator", "lead", "manager")
    menu.register(
        "handbook.readers",
        MenuItem(
            "handbook",
            _("Who has read it"),
            "handbook:acknowledgement_list",
            Acknowledgement,
            "list",
            roles=overseers,
            order=20,
        ),
    )
    workbench_cards.register(
        "handbook.unread", WorkbenchCard(_("Handbook to read"), "handbook/card_unread.html", unread, 75)
    )
    verbs.register(
        {
            "handbook.acknowledged": _("%(actor)s has read the chapter “%(chapter)s”"),
            "handbook.value_set": _("%(actor)s set clause %(clause)s to %(value)s from %(from_date)s"),
            "handbook.value_withdrawn": _("%(actor)s withdrew the value %(value)s from %(from_date)s"),
        }
    )
