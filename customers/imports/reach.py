"""What an import may tell and change: nothing of a file that the importer may not edit, and no masked value.

Whoever moves a whole company in (the administrator, the command line) writes and compares everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q, QuerySet

from customers.masking import sees_plain
from salesops.audit.masking import masked_fields
from salesops.core.choices import Role
from salesops.exchange.context import BatchContext
from salesops.exchange.fields import changed_fields


def moves_in(ctx: BatchContext) -> bool:
    """Does this import belong to who may write everything?"""
    return ctx.actor is None or ctx.actor.has_role(Role.ADMINISTRATOR)


def in_reach(ctx: BatchContext, rows: QuerySet) -> set[int]:
    """Keys of those of ``rows`` (customers or leads) that the importer may edit, or opened for nobody yet."""
    if moves_in(ctx):
        return set(rows.order_by().values_list("pk", flat=True))
    mine = rows.model._default_manager.visible_to(ctx.actor, "edit").order_by().values("pk")
    return set(
        rows.filter(Q(pk__in=mine) | Q(owner=None, created_by=ctx.actor))
        .order_by()
        .values_list("pk", flat=True)
    )


def told_changes(ctx: BatchContext, obj: Model, values: dict[str, Any], *, file: Model) -> list[str]:
    """As ``changed_fields``. Of a file that its importer sees masked, a masked value counts as changed in any case:
    “unchanged” would confirm a guess."""
    changed = changed_fields(obj, values)
    if moves_in(ctx) or sees_plain(ctx.actor, file):
        return changed
    return changed + [name for name in _masked(type(obj), values) if name not in changed]


def _masked(model: type[Model], values: dict[str, Any]) -> Iterable[str]:
    return [e.field for e in masked_fields.all() if e.model is model and values.get(e.field)]
