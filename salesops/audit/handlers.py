"""What the pages publish becomes rows of the access log (DAT-09, CON-07)."""

from __future__ import annotations

from salesops.audit.services import access
from salesops.core.events import subscribe
from salesops.core.policies import registered
from salesops.ui.events import ListExported, Searched, SensitiveViewed


@subscribe(ListExported)
def log_exported_list(event: ListExported) -> None:
    access.log_export(
        actor=event.actor,
        model=event.model,
        rows=event.rows,
        at=event.at,
        purpose=event.purpose,
        file_format=event.format,
        filters=event.filters,
    )


@subscribe(SensitiveViewed)
def log_sensitive_view(event: SensitiveViewed) -> None:
    access.log_view(
        actor=event.actor, obj=event.record, at=event.at, fields=event.fields, purpose=event.purpose
    )


@subscribe(Searched)
def log_searched(event: Searched) -> None:
    """Searches over other people's data; who only ever reaches own rows leaves no trace by searching them."""
    if event.model is None or reaches_others(event.actor, event.model):
        access.log_search(
            actor=event.actor, model=event.model, query=event.query, at=event.at, typing=event.typing
        )


def reaches_others(actor, model) -> bool:
    """Does any role of the person reach rows of this kind beyond the own ones?"""
    policy = registered().get(model)
    if policy is None or not policy.rights:
        return True
    held = [policy.rights[g.role] for g in actor.grants() if g.role in policy.rights]
    return any(scope != "own" for scope, _level in held) or not held
