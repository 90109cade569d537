"""Facts about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True)
class PersonLeft:
    """A person left on ``on`` (last day) and can no longer sign in."""

    user_id: int
    on: date
    at: datetime


@dataclass(frozen=True)
class PersonMoved:
    """From ``on`` the person belongs to another team."""

    user_id: int
    team_id: int
    on: date
    at: datetime


@dataclass(frozen=True)
class AuthorityChanged:
    """Who decides may be somebody else from now on: another superior of ``people``, another head, another holder of
    ``role``."""

    about: Literal["superior", "head", "role"]
    at: datetime
    people: tuple[int, ...] = ()
    role: str = ""


@dataclass(frozen=True)
class PasswordLinkAsked:
    """A link to set a password is to be mailed; the link itself is made when the mail is sent."""

    user_id: int
    at: datetime
    invitation: bool = False


@dataclass(frozen=True)
class DelegationSet:
    """Somebody stands in for somebody from a day to a day."""

    delegation_id: int
    at: datetime
