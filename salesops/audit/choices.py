"""Kinds of access that the log keeps (DAT-09, CON-07)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessKind(models.TextChoices):
    """What somebody did with data, apart from changing it."""

    SIGN_IN = "sign_in", _("Signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
    LOCKED_OUT = "locked_out", _("Locked out")
    SIGN_OUT = "sign_out", _("Signed out")
    EXPORT = "export", _("Exported")
    SEARCH = "search", _("Searched")
    VIEW = "view", _("Viewed a sensitive record")
    UNMASK = "unmask", _("Unmasked a field")
    REFUSED = "refused", _("Refused")


class RowOperation(models.TextChoices):
    """What happened to a row of a table."""

    INSERT = "I", _("Created")
    UPDATE = "U", _("Changed")
    DELETE = "D", _("Deleted")
