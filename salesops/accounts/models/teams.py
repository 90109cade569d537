"""The tree of teams, and dated memberships and roles (ORG-01, ORG-04; architecture §5.6)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from salesops.core.choices import Role, TeamKind
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


class Team(models.Model):
    """A department, branch or group. ``path`` is ``/1/4/``: every ancestor's key and its own."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=TeamKind, default=TeamKind.GROUP)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    head = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="heads", verbose_name=_("head")
    )
    path = models.CharField(max_length=200, editable=False, db_index=True, default="/")
    is_active = models.BooleanField(_("active"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["path", "pk"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    text_paths = ("name",)

    def __str__(self) -> str:
        return self.name


class DatedQuerySet(ScopedQuerySet):
    """Rows with ``from_date`` and ``to_date``; both days belong to the row, no ``to_date`` means open."""

    def in_force(self, on: date) -> DatedQuerySet:
        return self.filter(from_date__lte=on).filter(Q(to_date__isnull=True) | Q(to_date__gte=on))


class Membership(models.Model):
    """A person belongs to one team at a time; the database refuses two on one day."""

    user = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships", verbose_name=_("team"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to (last day)"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["user_id", "-from_date", "pk"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="accounts_membership_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.team}"


class RoleGrant(models.Model):
    """A role held from a day to a day, for one unit (``team``) or, without one, as the membership says.

    ``amount_limit`` is the holder's authority in base currency (ORG-04); empty means the handbook's default.
    """

    user = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="role_grants", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for unit")
    )
    amount_limit = MoneyField(verbose_name=_("limit"), null=True, blank=True)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to (last day)"), null=True, blank=True)
    granted_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("granted by")
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["user_id", "role", "-from_date", "pk"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="accounts_rolegrant_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
