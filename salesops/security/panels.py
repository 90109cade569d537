"""What the page of a person shows those who keep the doors: factors, sessions, and the way out of a lost device."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import User
from salesops.core.policies import can
from salesops.security.models import Factor, RecoveryCode, SignInSession
from salesops.security.permissions import OVERSEERS
from salesops.ui.registries import Panel, panels


def door_of(request: HttpRequest, person: User) -> dict[str, Any] | None:
    """How somebody else signs in; an administrator resets the factors and sees the open sessions from here."""
    if person.pk == request.user.pk or not request.user.has_role(*OVERSEERS) or not person.is_active:
        return None
    factors = list(Factor.objects.in_use().filter(user=person))
    may_reset = bool(factors) and can(request.user, "set_password", person)
    return {
        "factors": factors,
        "codes_left": RecoveryCode.objects.filter(user=person, used_at__isnull=True).count(),
        "sessions": SignInSession.objects.filter(user=person, ended_at__isnull=True).count(),
        "sessions_url": f"{reverse('security:signinsession_list')}?user={person.pk}",
        "reset_url": reverse("security:factor_reset", args=[person.pk]) if may_reset else "",
    }


def register() -> None:
    panels.register(
        "security.door", Panel(User, _("Signing in"), "security/panels/door.html", door_of, order=25)
    )
