"""Sessions of everybody, and who may do what since when, granted by whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import Membership, RoleGrant
from salesops.core.errors import NotAllowed
from salesops.handbook.selectors import rule
from salesops.security.models import Factor, GrantReview, SignInSession
from salesops.security.services import reviews, sessions
from salesops.security.tables import ReviewFilter, ReviewTable, SessionFilter, SessionTable
from salesops.ui.marks import exact_date, person_mark
from salesops.ui.views import Act, ActionView, BulkAction, RecordDetailView, RecordListView


class SessionList(RecordListView):
    model = SignInSession
    table_class = SessionTable
    filterset_class = SessionFilter
    default_sort = "-seen_at"
    title = _("Sessions")

    def base_queryset(self) -> Any:
        return SignInSession.objects.select_related("user")


class SessionPage(RecordDetailView):
    model = SignInSession
    state_field = ""

    def base_queryset(self) -> Any:
        return SignInSession.objects.select_related("user")

    def facts(self, obj: SignInSession) -> list[tuple[Any, Any]]:
        return [
            (_("Person"), person_mark(obj.user)),
            (_("Since"), exact_date(obj.opened_at)),
            (_("Last seen"), exact_date(obj.seen_at)),
            (_("From where"), obj.address),
            (_("Browser"), obj.agent),
            (_("Ended"), exact_date(obj.ended_at) if obj.ended_at else ""),
        ]

    def acts(self, obj: SignInSession) -> list[Act]:
        if obj.ended_at:
            return []
        return [Act(_("End"), reverse("security:signinsession_end", args=[obj.pk]), "end", danger=True)]


class SessionEnd(ActionView):
    model = SignInSession
    verb = "end"
    title = _("End this session")
    danger = True
    explain = _("Whoever uses it is signed out at once.")

    def base_queryset(self) -> Any:
        return SignInSession.objects.select_related("user")

    def perform(self, obj: SignInSession, form: Any, *, actor: Any, at: Any) -> None:
        sessions.end_session(actor=actor, at=at, session=obj)

    def get_success_url(self, obj: Any) -> str:
        own = self.object.user_id == self.request.user.pk
        return reverse("security:own") if own else reverse("security:signinsession_list")


def confirm(grants: Iterable[RoleGrant], *, actor: Any, at: Any) -> int:
    return reviews.confirm_grants(grants, actor=actor, at=at)


class AccessReview(RecordListView):
    """Every role that somebody holds, with its scope, its limit, its day and who gave it."""

    model = RoleGrant
    table_class = ReviewTable
    filterset_class = ReviewFilter
    default_sort = "-from_date"
    title = _("Access review")
    sensitive = True
    bulk_actions = (BulkAction("confirm", _("Still needed"), "view", confirm),)

    def require(self, verb: str, obj: Any = None) -> None:
        """The directory is everybody's, the review of it is not."""
        if not self.request.user.has_role(*reviews.REVIEWERS):
            raise NotAllowed(
                _("Rights are reviewed by the general manager, HR, administrators and auditors.")
            )
        super().require(verb, obj)

    def base_queryset(self) -> QuerySet[RoleGrant]:
        today = timezone.localdate()
        reviewed = GrantReview.objects.filter(grant=OuterRef("pk")).order_by()
        team = Membership.objects.in_force(today).filter(user=OuterRef("user"))
        fresh = today - timedelta(days=rule("security.review_days", on=today))
        return RoleGrant.objects.select_related("user", "team", "granted_by").annotate(
            reviewed=Subquery(reviewed.values("grant").annotate(last=Max("at")).values("last")),
            team_now=Subquery(team.values("team__name")[:1]),
            has_factor=Exists(Factor.objects.in_use().filter(user=OuterRef("user"))),
            is_fresh=Exists(reviewed.filter(at__date__gte=fresh)),
        )
