"""Notices to people: in the application, and by e-mail through the outbox."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import ScopedQuerySet
from salesops.notifications.registry import kinds, words_of


class Notification(models.Model):
    """One notice to one person; ``key`` makes it exist once, however often its cause is handled."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notifications")
    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(max_length=200)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notifications_notification_once")
        ]
        indexes = [
            models.Index(
                fields=["recipient"], condition=models.Q(read_at__isnull=True), name="notifications_unread"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}"

    @property
    def title(self) -> str:
        """The notice's sentence in the reader's language."""
        return words_of(self.kind, self.data)[0]

    @property
    def text(self) -> str:
        return words_of(self.kind, self.data)[1]

    @property
    def tone(self) -> str:
        definition = kinds.get(self.kind)
        return definition.tone if definition else "info"
