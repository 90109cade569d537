"""Channels of notices and makes of group robots."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    IN_APP = "app", _("in SalesOps")
    MAIL = "mail", _("by e-mail")
    GROUP = "group", _("in the group")


class RobotStyle(models.TextChoices):
    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")
