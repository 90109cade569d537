"""Group robots: the webhook of a chat group at WeCom, DingTalk or Feishu."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.core.models import Record
from salesops.core.sealing import SealedField
from salesops.notifications.choices import RobotStyle


class GroupRobot(Record):
    """Tells a chat group the chosen kinds of notice that go to people of ``team`` (empty: of the company)."""

    name = models.CharField(pgettext_lazy("group", "name"), max_length=100)
    style = models.CharField(_("chat program"), max_length=10, choices=RobotStyle)
    # Holds the group's secret: encrypted in the table, never in history, mails, lists or logs; pages show its end.
    url = SealedField(_("webhook address"), max_length=500)
    # The key of the signature, as secret as the address; empty where the group asks for none.
    secret = SealedField(_("signing secret"), max_length=200, blank=True)
    team = models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("notices to people of"),
    )
    kinds = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("kinds"))
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("group robot")
        verbose_name_plural = _("group robots")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="notifications_grouprobot_name_given"),
            models.CheckConstraint(condition=~Q(url=""), name="notifications_grouprobot_url_given"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("notifications:grouprobot_detail", args=[self.pk])

    @property
    def shown_url(self) -> str:
        """Host and the last four characters; the rest is the group's secret."""
        if not self.url:  # sealed with a key that is gone
            return str(_("cannot be read any more; enter it anew"))
        return f"{urlsplit(self.url).hostname or ''} … {self.url[-4:]}"
