"""What the handbook says about signing in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from salesops.core.choices import Role
from salesops.core.errors import InvalidInput
from salesops.handbook.registry import RuleParameter, register_rules
from salesops.handbook.selectors import rule
from salesops.handbook.values import listed

CHAPTER = _("Signing in")


def roles_of(text: str) -> set[str]:
    """The roles that a rule's text names, separated by commas or blanks; "none" names nobody."""
    return set(listed(text)) - {"none"}


def _check_roles(value: Any) -> None:
    if unknown := roles_of(value) - set(Role.values):
        raise InvalidInput(
            _("There is no role “%(role)s”.") % {"role": ", ".join(sorted(unknown))},
            way_out=_("The roles are: %(roles)s; “none” asks nobody.") % {"roles": ", ".join(Role.values)},
        )


def needs_second_factor(roles: set[str], *, on: date) -> bool:
    """Do these roles ask for a second factor on a day?"""
    return bool(roles & roles_of(rule("security.second_factor_roles", on=on)))


def register() -> None:
    """Called when the room is ready."""
    register_rules(
        RuleParameter(
            key="security.second_factor_roles",
            kind="text",
            default="finance administrator hr gm",
            chapter=CHAPTER,
            clause="S-1",
            title=_("A second factor for money and rights"),
            text=_("Who holds one of these roles signs in with a second factor: {value}."),
            source="DAT-07",
            choices=(*Role.choices, ("none", "–")),
            check=_check_roles,
        ),
        RuleParameter(
            key="security.idle_minutes",
            kind="int",
            default=120,
            unit=_("minutes"),
            chapter=CHAPTER,
            clause="S-2",
            title=_("An idle session ends"),
            text=_("Who does nothing for {value} minutes signs in again."),
            source="DAT-07",
            minimum=5,
            maximum=720,
        ),
        RuleParameter(
            key="security.absolute_hours",
            kind="int",
            default=12,
            unit=_("hours"),
            chapter=CHAPTER,
            clause="S-3",
            title=_("Every session ends"),
            text=_("After {value} hours everybody signs in again."),
            source="DAT-07",
            minimum=1,
            maximum=168,
        ),
        RuleParameter(
            key="security.asked_again_minutes",
            kind="int",
            default=60,
            unit=_("minutes"),
            chapter=CHAPTER,
            clause="S-4",
            title=_("Asked again before money or rights move"),
            text=_(
                "Acts that move money or rights ask who is there, unless that was proved in the last {value} minutes."
            ),
            source="DAT-07",
            minimum=1,
            maximum=720,
        ),
        RuleParameter(
            key="security.review_days",
            kind="int",
            default=180,
            unit=_("days"),
            chapter=CHAPTER,
            clause="S-5",
            title=_("Rights are looked through"),
            text=_("Every role that somebody holds is reviewed at least every {value} days."),
            source="DAT-07",
            minimum=1,
            maximum=1095,
        ),
    )
