"""Who may import: the administrator everything, others the kinds that name their role."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from salesops.core import policies
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, NotAllowed
from salesops.core.policies import Level, Policy
from salesops.exchange.models import ImportBatch, ImportedRange
from salesops.exchange.registry import ImportKind, ordered_kinds


class ImportBatchPolicy(Policy):
    """Everybody sees their own imports; the administrator and the auditor see all."""

    matrix = (
        "administrator:all:approve auditor:all:view manager:own:edit finance:own:edit hr:own:edit "
        "operations:own:edit legal:own:edit"
    )
    owner_path = "created_by"
    team_path = None
    verbs = {"run": Level.EDIT, "undo": Level.EDIT, "download": Level.VIEW}


class ImportedRangePolicy(ImportBatchPolicy):
    owner_path = "batch__created_by"


def may_import(user: Any, kind: ImportKind) -> bool:
    """May this person import records of this kind?"""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return user.has_role(Role.ADMINISTRATOR, *kind.roles)


def not_yours(kind: ImportKind) -> NotAllowed:
    """The refusal for who may not import a kind; the administrator imports everything."""
    return NotAllowed(
        _("You may not import %(kind)s.") % {"kind": kind.title},
        way_out=_("Ask an administrator."),
        release=AskOffer(
            _("Please import a file: %(kind)s") % {"kind": kind.title}, roles=(Role.ADMINISTRATOR,)
        ),
    )


def kinds_for(user: Any) -> list[ImportKind]:
    return [kind for kind in ordered_kinds() if may_import(user, kind)]


def register_policies() -> None:
    policies.register(ImportBatch, ImportBatchPolicy())
    policies.register(ImportedRange, ImportedRangePolicy())
