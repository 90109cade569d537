"""A report as plain values, and these as a file and on paper."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, gettext
from openpyxl import Workbook

from receivables.papers import LABELS
from salesops.documents import pdf
from salesops.documents.printing import LANGUAGES, Words
from salesops.documents.selectors import letterhead_on
from salesops.ui.export import guard

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Sheet:
    """A report as plain values: ``facts`` are the question, ``text`` columns are words, the others numbers."""

    key: str
    title: str
    day: date
    facts: list[tuple[str, str]]
    heads: list[str]
    lines: list[Sequence[Any]]
    total: Sequence[Any] = ()
    text: int = 1
    notes: list[str] = field(default_factory=list)


def question_words(form: forms.Form) -> list[tuple[str, str]]:
    """What was asked, field by field, in the reader's words; what was left open is not told."""
    said = []
    for name, shown in form.fields.items():
        value = form.cleaned_data.get(name)
        if value in (None, ""):
            continue
        choices = dict(getattr(shown, "choices", ()) or ()) if isinstance(shown, forms.ChoiceField) else {}
        plain = not isinstance(shown, forms.ModelChoiceField)
        word = str(choices.get(value, value)) if plain else str(value)
        if isinstance(value, date):
            word = value.isoformat()
        said.append((str(shown.label or name).capitalize(), word))
    return said


def _guarded(line: Sequence[Any]) -> list[Any]:
    return [guard(str(value)) if isinstance(value, str) else value for value in line]


def as_csv(sheet: Sheet) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(sheet.heads)
    writer.writerows(_guarded(line) for line in sheet.lines)
    return HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")


def as_xlsx(sheet: Sheet, at: datetime) -> HttpResponse:
    """One sheet: the question and the time above, then the table with its total."""
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.append([guard(sheet.title)])
    for label, value in [*sheet.facts, (gettext("Computed at"), f"{timezone.localtime(at):%Y-%m-%d %H:%M}")]:
        page.append([guard(label), guard(value)])
    page.append([])
    page.append(sheet.heads)
    for line in sheet.lines:
        page.append(_guarded(line))
    if sheet.total:
        page.append(_guarded(sheet.total))
    for note in sheet.notes:
        page.append([guard(note)])
    data = io.BytesIO()
    book.save(data)
    return HttpResponse(data.getvalue(), content_type=EXCEL)


def as_paper(sheet: Sheet, *, user: Any, as_pdf: bool, address: Any) -> HttpResponse:
    """The report on paper, lying; the PDF is the same page. Where no PDF can be made, the page says so."""
    spoken = get_language() or "en"
    language = spoken if spoken in LANGUAGES else "en"
    head = letterhead_on(sheet.day)
    query = address.copy()
    query["format"] = "pdf"

    def html(missing: str = "") -> str:
        context = {
            "sheet": sheet,
            "cells": [_cells(sheet, line) for line in sheet.lines],
            "total": _cells(sheet, sheet.total) if sheet.total else [],
            "heads": [(name, place >= sheet.text) for place, name in enumerate(sheet.heads)],
            "t": Words(LABELS, (language,)),
            "title": sheet.title,
            "plain_title": f"{sheet.title} {sheet.day}",
            "language": language,
            "letterhead": head,
            "parties": [(language, head.said("name", language), "")] if head else [],
            "person": user,
            "for_pdf": as_pdf and not missing,
            "missing": missing,
            "spoken": spoken,
            "pdf_url": f"?{query.urlencode()}",
        }
        return render_to_string("print/report.html", context)

    if not as_pdf:
        return HttpResponse(html())
    try:
        content = pdf.to_pdf(html())
    except pdf.PdfMissing as error:
        return HttpResponse(html(str(error)), status=error.status)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{sheet.key}-{sheet.day}.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _cells(sheet: Sheet, line: Sequence[Any]) -> list[tuple[Any, bool]]:
    return [(value, place >= sheet.text) for place, value in enumerate(line)]
