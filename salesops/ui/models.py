"""Saved views of lists, and receipts of forms that were sent."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.core.policies import ScopedQuerySet


class FormReceipt(models.Model):
    """A form that was sent: the same key again answers as the first time and does nothing."""

    key = models.UUIDField(unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    request_hash = models.CharField(max_length=64)
    result_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return str(self.key)

    @classmethod
    def claim(cls, key: str, *, user: Any, request_hash: str) -> FormReceipt | None:
        """Write that this form is being answered; ``None`` when somebody else has written it.

        One statement: it waits for a transaction that is answering the same form, and takes over if that fails.
        """
        receipt = cls(key=key, user=user, request_hash=request_hash)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ui_formreceipt (key, user_id, request_hash, result_url, created_at) "
                "VALUES (%s, %s, %s, '', now()) ON CONFLICT (key) DO NOTHING RETURNING id",
                [key, user.pk, request_hash],
            )
            row = cursor.fetchone()
        if row is None:
            return None
        receipt.pk, receipt._state.adding = row[0], False
        return receipt


class SavedView(models.Model):
    """A list as somebody wants to see it again: its query string under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    list_name = models.CharField(max_length=100, help_text="url name of the list")
    name = models.CharField(pgettext_lazy("saved view", "name"), max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField(_("for everybody"), default=False)
    is_default = models.BooleanField(_("open this list so"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "list_name", "name"], name="ui_savedview_name_once_per_person"
            ),
            models.UniqueConstraint(
                fields=["user", "list_name"],
                condition=Q(is_default=True),
                name="ui_savedview_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name
