"""What the kernel itself makes findable: people, products, clauses of the handbook, pages of the menu."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import User
from salesops.approvals.models import ApprovalRequest
from salesops.catalog.models import Product
from salesops.core.folding import fold
from salesops.documents.models import Document
from salesops.handbook.registry import rules
from salesops.handbook.selectors import clause_sentence, rules_on
from salesops.search.registry import PageHit, SearchKind, SearchPages, Text, pages, register_kinds
from salesops.ui.links import record_url
from salesops.ui.registries import allowed, menu
from salesops.work.models import Comment, DepartmentRequest, Task


def person_line(person: User, _user: Any) -> Text:
    return person.username if person.is_active else f"{person.username} · {gettext('has left')}"


def product_line(product: Product, _user: Any) -> Text:
    return product.code


def due_line(entry: Task | DepartmentRequest, _user: Any) -> Text:
    parts = (entry.get_state_display(), date_format(timezone.localtime(entry.due_at), "DATE_FORMAT"))
    return " · ".join(str(part) for part in parts)


def comment_line(comment: Comment, _user: Any) -> Text:
    day = date_format(timezone.localtime(comment.at), "DATE_FORMAT")
    return f"{comment.subject or ''} · {comment.author} · {day}"


def comment_url(comment: Comment) -> str:
    """The page of the record that the comment is about; who sees the comment sees the record."""
    return record_url(comment.subject)


def document_line(document: Document, _user: Any) -> Text:
    return f"{document.number or ''} · {document.get_state_display()}".strip(" ·")


def request_line(request: ApprovalRequest, _user: Any) -> Text:
    return f"{request.applicant} · {request.get_state_display()}"


def _hit(text: str, words: list[str]) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)


_read: dict[str, tuple[Any, list[tuple[str, PageHit]]]] = {}


def _clauses() -> list[tuple[str, PageHit]]:
    """Each clause as it reads today, folded and to be shown; read anew when a value has changed."""
    language, values = get_language() or "", rules_on(timezone.localdate())
    known = _read.get(language)
    if known is None or known[0] != values:
        clauses = []
        for parameter in rules:
            sentence = clause_sentence(parameter, values[parameter.key])
            text = f"{parameter.clause} {parameter.title} {sentence} {parameter.source}"
            url = reverse("handbook:clause", args=[parameter.key])
            clauses.append((fold(text), PageHit(f"{parameter.clause} {parameter.title}", url, sentence)))
        known = _read[language] = (values, clauses)
    return known[1]


def find_clauses(user: Any, text: str, limit: int) -> list[PageHit]:
    """Clauses whose number, title or sentence (with the value in force) holds all the words."""
    words = fold(text).split()
    found = [hit for folded, hit in _clauses() if all(word in folded for word in words)]
    first = fold(text)
    found.sort(key=lambda hit: (first not in fold(str(hit.title)), str(hit.title)))
    return found[:limit]


def find_pages(user: Any, text: str, limit: int) -> list[PageHit]:
    """Pages of the person's own menu by their name."""
    words = fold(text).split()
    found = []
    for entry in sorted(menu, key=lambda entry: entry.order):
        if _hit(str(entry.label), words) and allowed(user, entry.model, entry.verb, entry.roles):
            try:
                found.append(PageHit(entry.label, reverse(entry.url_name)))
            except NoReverseMatch:
                continue
    return found[:limit]


def register() -> None:
    register_kinds(
        SearchKind(
            Product,
            _("Products"),
            numbers=("code",),
            names=("name",),
            line=product_line,
            order=60,
            icon="tag",
        ),
        SearchKind(
            User,
            _("People"),
            names=("name", "username"),
            phones=("phone",),
            line=person_line,
            order=900,
            icon="user",
        ),
    )
    register_kinds(
        SearchKind(
            Task,
            _("Tasks"),
            names=("title",),
            notes=("requirement", "result"),
            line=due_line,
            order=80,
            icon="check",
        ),
        SearchKind(
            DepartmentRequest,
            _("Requests"),
            names=("title",),
            notes=("ask", "answer"),
            line=due_line,
            order=82,
            icon="send",
        ),
        SearchKind(
            Comment,
            _("Comments"),
            notes=("text",),
            line=comment_line,
            related=("author",),
            order=84,
            icon="comment",
            where=Q(retracted_at__isnull=True),
            watched=("retracted_at",),
            url=comment_url,
        ),
    )
    register_kinds(
        SearchKind(
            Document,
            _("Documents"),
            numbers=("number",),
            names=("title",),
            line=document_line,
            related=("document_class",),
            order=86,
            icon="file-text",
        ),
        SearchKind(
            ApprovalRequest,
            _("Approvals"),
            names=("title",),
            notes=("reason",),
            line=request_line,
            related=("applicant",),
            order=88,
            icon="check",
        ),
    )
    pages.register("search.clauses", SearchPages(_("Handbook"), find_clauses, order=950))
    pages.register("search.menu", SearchPages(_("In the menu"), find_pages, order=960, icon="list"))
