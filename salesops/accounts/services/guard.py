"""The yes/no inside services; ``actor=None`` is the system."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from salesops.core.errors import AskOffer, NotAllowed
from salesops.core.policies import can


def require(actor: Any, verb: str, obj: Any) -> None:
    """Raise ``NotAllowed`` unless ``actor`` may ``verb`` the row (or any row of a model)."""
    if actor is not None and not can(actor, verb, obj):
        raise NotAllowed(
            _("Your role may not change people and teams in this way."),
            way_out=_("Ask human resources or an administrator."),
            release=AskOffer(_("Please look at our people and teams"), roles=("hr", "administrator")),
        )
