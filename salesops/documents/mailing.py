"""A print as the file of a mail: drawn when the mail goes out, as the person who sent it may see the record then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from salesops.accounts.models import User
from salesops.documents import pdf
from salesops.documents.printing import Ask, prints


def print_part(entry: Mapping[str, Any], at: datetime) -> tuple[str, bytes, str] | None:
    """``key``, ``pk``, ``language``, ``person`` and ``name`` of the entry say what is drawn for whom.

    ``None`` where the record is gone or the machine makes no PDF: the mail says everything in its text, too. Who sent it
    and may not see the record any more sends nothing: raises ``PermissionError``, which the queue shows.
    """
    from salesops.documents.views.printing import PrintPage

    template = prints[entry["key"]]
    obj = template.model._default_manager.filter(pk=entry["pk"]).first()
    if obj is None:
        return None
    person = User.objects.filter(pk=entry["person"]).first() if entry["person"] else None
    if person is not None and not template.may(person, obj):
        raise PermissionError(f"{person} may not print {obj} any more")
    page = PrintPage()
    page.as_pdf = True
    ask = Ask(person, timezone.localdate(at), None, (entry["language"],))
    try:
        return entry["name"], pdf.to_pdf(page.html(template, obj, ask, "")), "application/pdf"
    except pdf.PdfMissing:
        return None


def printed(
    key: str, obj: Any, *, person: Any, language: str, on: date, since: date | None = None
) -> tuple[bytes, str]:
    """A print as a file: its content and ending, PDF or, where the machine makes none, the page itself.

    Raises ``PermissionError`` for who may not print it.
    """
    from salesops.documents.views.printing import PrintPage

    template = prints[key]
    if not template.may(person, obj):
        raise PermissionError(f"{person} may not print {obj}")
    page = PrintPage()
    page.as_pdf = True
    html = page.html(template, obj, Ask(person, on, since, (language,)), "")
    try:
        return pdf.to_pdf(html), "pdf"
    except pdf.PdfMissing:
        return html.encode(), "html"
