"""Words of this room."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.states import Transitions


class FileState(models.TextChoices):
    """What a version of a file is now; said by its rows, not stored."""

    CURRENT = "current", _("current")
    REPLACED = "replaced", _("replaced")
    VOIDED = "voided", _("voided")


class PrintPlace(models.TextChoices):
    """Where on a print a text of the staff stands."""

    OPENING = "opening", _("above the lines")
    CLAUSES = "clauses", _("below the lines")
    FOOTER = "footer", _("foot of the page")


class Secrecy(models.TextChoices):
    """Who may read what is published."""

    PUBLIC = "public", _("public")
    INTERNAL = "internal", _("internal")
    SECRET = "secret", _("secret")


class DocumentState(models.TextChoices):
    """The way of one version (domain §3.13)."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")
    ARCHIVED = "archived", _("Archived")


MOVES = Transitions(
    {
        DocumentState.DRAFT: [DocumentState.IN_REVIEW, DocumentState.PUBLISHED, DocumentState.ARCHIVED],
        DocumentState.IN_REVIEW: [DocumentState.DRAFT, DocumentState.PUBLISHED],
        DocumentState.PUBLISHED: [DocumentState.SUPERSEDED, DocumentState.ARCHIVED],
    }
)
