"""The person who signs in (ORG-01, ORG-03)."""

from __future__ import annotations

import unicodedata
from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.core.choices import Post
from salesops.core.policies import Grant


class User(AbstractUser):
    """Staff on file. ``name`` is how colleagues call the person; exactly one direct superior (ORG-03)."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=100)
    staff_no = models.CharField(_("staff number"), max_length=30, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    post = models.CharField(pgettext_lazy("of a person", "post"), max_length=20, choices=Post, blank=True)
    own_duties = models.TextField(
        _("further duties"),
        blank=True,
        max_length=4000,
        help_text=_("One on each line; shown on the person's page."),
    )
    superior = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subordinates", verbose_name=_("superior")
    )
    joined_date = models.DateField(_("joined on"), null=True, blank=True)
    left_date = models.DateField(_("left on"), null=True, blank=True)
    leave_reason = models.CharField(_("reason for leaving"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(_("theme"), max_length=10, blank=True)
    # The next page is the change of the password: set by an administrator, cleared by the person.
    must_change_password = models.BooleanField(_("must change the password"), default=False, editable=False)
    # Set only by the demo: the one-click line of the sign-in page.
    demo_line = models.CharField(max_length=200, blank=True, editable=False)

    REQUIRED_FIELDS = ["name", "email"]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    text_paths = ("name", "username")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def grants(self, on: date | None = None) -> list[Grant]:
        """Roles in force on a day (default: today in the company's zone) with the teams they reach.

        One query, or none for the person of a request; kept for the life of this instance, that is one request.
        """
        day = on or timezone.localdate()
        cache = self.__dict__.setdefault("_grants", {})
        if day not in cache:
            from salesops.accounts.selectors import grants_of

            cache[day] = grants_of(self, on=day)
        return cache[day]

    def roles(self, on: date | None = None) -> set[str]:
        """Names of the roles in force on a day."""
        return {grant.role for grant in self.grants(on)}

    def has_role(self, *roles: str) -> bool:
        return bool(self.roles() & set(roles))

    @property
    def initials(self) -> str:
        """Two letters for the round mark: 李雷 or 李雷 Lee gives 李雷, Ann Lee gives AL, Otto gives OT."""
        words = self.name.split()
        if words and unicodedata.category(words[0][0]) == "Lo":
            return words[0][-2:]
        if len(words) > 1:
            return (words[0][0] + words[-1][0]).upper()
        return self.name[:2].upper()
