"""Documents of the department with class, number and version (DOC-01, DOC-02, DOC-05; domain §3.13)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from salesops.core.models import Record
from salesops.documents.choices import DocumentState, Secrecy
from salesops.documents.models.files import StoredFile


class DocumentClass(Record):
    """A kind of document: how its numbers begin, who may read it, how long it is kept, whether it is reviewed."""

    code = models.CharField(_("letters of its numbers"), max_length=2, unique=True)
    name_en = models.CharField(_("name in English"), max_length=100)
    name_zh_hans = models.CharField(_("name in simplified Chinese"), max_length=100)
    name_zh_hant = models.CharField(_("name in traditional Chinese"), max_length=100, blank=True)
    secrecy = models.CharField(_("secrecy"), max_length=10, choices=Secrecy, default=Secrecy.INTERNAL)
    readers = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("roles that read secret ones"),
        default=list,
        blank=True,
    )
    keep_years = models.PositiveSmallIntegerField(_("kept for (years)"), default=10)
    reviewed = models.BooleanField(_("reviewed before publishing"), default=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("class of documents")
        verbose_name_plural = _("classes of documents")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z]{2}$"), name="documents_documentclass_two_letters"
            ),
            models.CheckConstraint(condition=Q(keep_years__gte=1), name="documents_documentclass_kept"),
        ]

    def __str__(self) -> str:
        language = (get_language() or "en").replace("-", "_")
        return getattr(self, f"name_{language}", "") or (
            self.name_zh_hans if language.startswith("zh") else self.name_en
        )


class Document(Record):
    """One version of a document. All versions share the number, which comes with the first publication.

    Once published a version does not change any more; a change is the next version, and publishing that one
    supersedes it.
    """

    document_class = models.ForeignKey(
        DocumentClass, models.PROTECT, related_name="documents", verbose_name=_("class of the document")
    )
    number = models.CharField(_("number"), max_length=60, null=True, blank=True, editable=False)
    edition = models.PositiveIntegerField(_("version of the document"), default=1, editable=False)
    title = models.CharField(_("title of the document"), max_length=200)
    summary = models.TextField(_("summary"), blank=True, max_length=4000)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="documents", editable=False
    )
    state = models.CharField(
        _("state"), max_length=10, choices=DocumentState, default=DocumentState.DRAFT, editable=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("author")
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reviewer"),
    )
    review_note = models.CharField(_("what the reviewer says"), max_length=500, blank=True, editable=False)
    published_on = models.DateField(_("published on"), null=True, blank=True, editable=False)
    keep_until = models.DateField(_("kept until"), null=True, blank=True, editable=False)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", editable=False
    )
    archive_reason = models.CharField(_("why it was archived"), max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(fields=["number", "edition"], name="documents_document_one_edition"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_review", "archived"])
                | Q(number__isnull=False, file__isnull=False, published_on__isnull=False),
                name="documents_document_published_complete",
            ),
            models.CheckConstraint(
                condition=Q(edition=1, supersedes__isnull=True) | Q(edition__gt=1, supersedes__isnull=False),
                name="documents_document_edition_follows",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-published_on", "-id"], name="documents_doc_by_state"),
            models.Index(fields=["document_class", "-id"], name="documents_doc_by_class"),
        ]

    def __str__(self) -> str:
        return f"{self.number} v{self.edition} {self.title}" if self.number else self.title
