"""Menu, the sentences of the timeline, and the hooks of the door."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from salesops.accounts import signin
from salesops.accounts.events import PersonLeft
from salesops.accounts.models import RoleGrant, User
from salesops.audit import verbs
from salesops.core.along import along
from salesops.core.events import subscribe
from salesops.handbook.registry import Breach, Measure, register_measures
from salesops.handbook.selectors import rule
from salesops.security.handbook import needs_second_factor, roles_of
from salesops.security.models import Factor, GrantReview
from salesops.security.services import factors, sessions
from salesops.security.services.reviews import REVIEWERS
from salesops.security.views.door import wait_for_second_step
from salesops.ui.links import record_url
from salesops.ui.registries import MenuItem, WorkbenchCard, menu, proof, side_by_side, workbench_cards

TYPING = timedelta(minutes=60)  # a form opened in time may be sent that much later

SENTENCES = {
    "security.factor_added": _("%(actor)s added the second factor “%(factor)s”"),
    "security.factor_removed": _("%(actor)s removed the second factor “%(factor)s” of %(person)s"),
    "security.factors_reset": _("%(actor)s reset the second factors of %(person)s"),
    "security.recovery_made": _("%(actor)s made new recovery codes"),
    "security.recovery_used": _("%(actor)s signed in with a recovery code; %(left)s are left"),
    "security.session_ended": _("%(actor)s ended a session of %(person)s"),
    "security.sessions_ended": _("%(actor)s ended %(count)s other sessions"),
    "security.grant_confirmed": _("%(actor)s confirmed that %(person)s needs the role %(role)s"),
}


def after_password(request: HttpRequest, person: User, target: str) -> HttpResponseBase | None:
    """Asks for the second step where the person has a factor; ``None`` lets in."""
    return wait_for_second_step(request, person, target) if factors.has_factor(person) else None


def opened(request: HttpRequest, person: User, way: str) -> None:
    """Notes the session; who should have a second factor and has none sets one up first."""
    at = timezone.now()
    due = way == "password" and needs_second_factor(person.roles(), on=timezone.localdate(at))
    sessions.open_session(request=request, person=person, at=at, way=way, factor_due=due)


def closed(key: str | None) -> None:
    sessions.close(key, timezone.now(), "signed_out")


def renewed(request: HttpRequest, person: User, old_key: str | None) -> None:
    sessions.renew(request.session, person, old_key, timezone.now())


def ask_again(request: HttpRequest) -> HttpResponseBase | None:
    """Leads to the question who is there, before acts that move money or rights.

    Demo sessions prove nothing and are not asked; outside of the demo every session was proved once.
    """
    store = request.session
    if sessions.PROVED not in store and settings.DEMO_ALLOWED:
        return None
    leeway = TYPING if request.method == "POST" else timedelta()
    if sessions.proved_lately(store, timezone.now(), leeway=leeway):
        return None
    return redirect(f"{reverse('security:confirm')}?{urlencode({'next': request.get_full_path()})}")


@subscribe(PersonLeft)
def end_sessions_of_leaver(event: PersonLeft) -> None:
    sessions.end_all_of(event.user_id, event.at, "left")


def _grants(user: User) -> QuerySet[RoleGrant]:
    """Roles in force today of people in post, for those who review them."""
    rows = RoleGrant.objects.in_force(timezone.localdate()).filter(user__is_active=True)
    rows = rows if user.has_role(*REVIEWERS) else rows.none()
    return rows.select_related("user").order_by("user__name", "pk")


def without_factor(user: User, on: date) -> QuerySet[RoleGrant]:
    needed = roles_of(rule("security.second_factor_roles", on=on))
    has = Factor.objects.in_use().filter(user=OuterRef("user"))
    return _grants(user).filter(~Exists(has), role__in=needed)


def not_reviewed(user: User, on: date) -> QuerySet[RoleGrant]:
    since = on - timedelta(days=rule("security.review_days", on=on))
    fresh = GrantReview.objects.filter(grant=OuterRef("pk"), at__date__gte=since)
    return _grants(user).filter(~Exists(fresh), from_date__lt=since)


def reviews_due(request: HttpRequest) -> dict[str, Any] | None:
    """For who reviews access: roles whose review is due, and roles that want a second factor and have none."""
    if not request.user.has_role(*REVIEWERS):
        return None
    on, url = timezone.localdate(), reverse("security:access_review")
    due, open_doors = not_reviewed(request.user, on).count(), without_factor(request.user, on).count()
    if not due and not open_doors and not request.user.has_role("administrator"):
        return None
    return {
        "lines": [
            {"text": _("Roles to review"), "value": due, "url": f"{url}?stale=on", "bad": due > 0},
            {"text": _("Roles that need a second factor and have none"), "value": open_doors,
             "url": f"{url}?no_factor=on", "bad": open_doors > 0},
        ]
    }  # fmt: skip


def grant_line(grant: RoleGrant) -> Breach:
    return Breach(str(grant), record_url(grant.user), grant.user, grant.from_date)


def register() -> None:
    """Called when the room is ready."""
    side_by_side("security.review", "security.sessions")
    verbs.register(SENTENCES)
    register_measures(
        Measure("security.second_factor_roles", without_factor, grant_line),
        Measure("security.review_days", not_reviewed, grant_line),
    )
    signin.door.after_password, signin.door.opened, signin.door.closed = after_password, opened, closed
    signin.door.renewed = renewed
    along.register("security.factor_rule", sessions.FACTOR_RULE)
    proof.ask = ask_again
    workbench_cards.register(
        "security.reviews", WorkbenchCard(_("Access review"), "ui/card_counts.html", reviews_due, 25)
    )
    reviewers = ("administrator", "hr", "gm", "auditor")
    menu.register(
        "security.review",
        MenuItem("administration", _("Access review"), "security:access_review", roles=reviewers, order=21),
    )
    menu.register(
        "security.sessions",
        MenuItem(
            "administration",
            _("Sessions"),
            "security:signinsession_list",
            roles=("administrator", "auditor"),
            order=22,
        ),
    )
