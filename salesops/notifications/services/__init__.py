"""Telling people: in the application and by mail, each thing once."""

from salesops.notifications.services.mail import mail_to
from salesops.notifications.services.notices import mark_all_read, mark_read, mark_some_read, notify

__all__ = ["mail_to", "mark_all_read", "mark_read", "mark_some_read", "notify"]
