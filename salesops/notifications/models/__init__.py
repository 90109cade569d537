"""Notices, who wants them how, group robots, and links for outsiders."""

from salesops.notifications.models.links import OneTimeLink
from salesops.notifications.models.notices import Notification
from salesops.notifications.models.preferences import NoticeHours, NoticePreference
from salesops.notifications.models.robots import GroupRobot

__all__ = ["GroupRobot", "NoticeHours", "NoticePreference", "Notification", "OneTimeLink"]
