"""What a person wants to be told where, and when not to be disturbed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import ScopedQuerySet
from salesops.notifications.choices import Channel


class NoticePreference(models.Model):
    """A person's own answer for one kind of notice and one channel; without a row the kind's default holds."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preferences", editable=False
    )
    kind = models.CharField(_("kind"), max_length=60)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    wanted = models.BooleanField(_("wanted"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice preference")
        verbose_name_plural = _("notice preferences")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "channel"], name="notifications_noticepreference_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.channel}"


class NoticeHours(models.Model):
    """A person's quiet hours, work days and daily digest; what is empty follows the handbook."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_hours", editable=False
    )
    quiet_from = models.PositiveSmallIntegerField(_("quiet from (hour)"), null=True, blank=True)
    quiet_to = models.PositiveSmallIntegerField(_("quiet until (hour)"), null=True, blank=True)
    workdays_only = models.BooleanField(_("only on working days"), null=True, blank=True)
    digest = models.BooleanField(_("one mail a day instead of many"), null=True, blank=True)
    digested_until = models.DateTimeField(null=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("quiet hours")
        verbose_name_plural = _("quiet hours")
        constraints = [
            models.CheckConstraint(
                condition=(Q(quiet_from__isnull=True) | Q(quiet_from__lte=23))
                & (Q(quiet_to__isnull=True) | Q(quiet_to__lte=23)),
                name="notifications_noticehours_hours_of_a_day",
            )
        ]

    def __str__(self) -> str:
        return str(self.user_id)
