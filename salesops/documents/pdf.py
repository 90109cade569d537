"""From a print page to PDF. Nothing is fetched: neither addresses, nor files, nor style sheets (quality I5)."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from salesops.core.choices import Role
from salesops.core.errors import AskOffer, DomainError

SHEET = Path("css") / "print.css"
_SCREENS = "/* For screens only"


class PdfMissing(DomainError):
    """The machine cannot make PDFs; the print page stands in."""


def to_pdf(html: str) -> bytes:
    """The page as PDF. Raises ``PdfMissing`` where the system's Pango is not installed."""
    try:
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise PdfMissing(
            _("This machine makes no PDF: the libraries of Pango are missing."),
            way_out=_("Print this page, or ask an administrator for libpango-1.0-0 and libpangoft2-1.0-0."),
            release=AskOffer(
                _("Prints become no PDF: please install libpango-1.0-0 and libpangoft2-1.0-0"),
                roles=(Role.ADMINISTRATOR,),
            ),
        ) from error
    nothing = URLFetcher(allowed_protocols=())
    style = CSS(string=_sheet(), url_fetcher=nothing)
    return HTML(string=html, url_fetcher=nothing, base_url=None).write_pdf(stylesheets=[style])


@functools.cache
def has_chinese_font() -> bool:
    """Is there a font for Chinese? Unknown counts as yes."""
    try:
        found = subprocess.run(
            ["fc-list", ":lang=zh", "family"], capture_output=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return True
    return bool(found.stdout.strip())


def _sheet() -> str:
    """The rules for paper; what follows the mark is for screens."""
    return (settings.BASE_DIR / "static" / SHEET).read_text(encoding="utf-8").partition(_SCREENS)[0]
