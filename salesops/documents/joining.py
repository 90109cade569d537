"""Several papers and files as one PDF with continuous page numbers, bookmarks and a front that lists them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError
from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.errors import PyPdfError

from salesops.documents.pdf import to_pdf

MOST_PAGES = 1500
PICTURES = ("jpg", "jpeg", "png", "gif", "webp", "tif", "tiff", "bmp")
_A4 = (595.28, 841.89)  # points
_STAMP = (
    "<html><head><style>@page {{ size: A4; margin: 0 }} p {{ position: absolute; top: 5mm; right: 6mm; margin: 0;"
    " font: 8pt sans-serif; color: #333; break-after: page }} section {{ break-after: page; height: 290mm;"
    " position: relative }} section:last-child {{ break-after: auto }}</style></head><body>{}</body></html>"
)


@dataclass(frozen=True)
class Part:
    """A file that is to become pages; ``title`` is its bookmark, ``ending`` says what it is (pdf, png …)."""

    title: str
    content: bytes
    ending: str


def join(parts: list[Part], *, front: Callable[[list[int]], str], label: str) -> bytes:
    """One PDF: the front, then the pages of each part. ``front`` writes its HTML from the first page of each part.

    0 stands for a part that cannot be shown as pages (another kind of file, locked, broken, or beyond ``MOST_PAGES``):
    the front says where it is instead. ``label`` is stamped on each page before its number. Raises ``PdfMissing``.
    """
    room = MOST_PAGES
    shown: list[list[PageObject]] = []
    for part in parts:
        pages = _pages(part)
        shown.append(pages if len(pages) <= room else [])
        room -= len(shown[-1])
    ahead = len(_read(to_pdf(front([1 if pages else 0 for pages in shown]))))
    first: list[int] = []
    page = ahead + 1
    for pages in shown:
        first.append(page if pages else 0)
        page += len(pages)
    writer = PdfWriter()
    for sheet in _read(to_pdf(front(first))):
        writer.add_page(sheet)
    for part, pages, number in zip(parts, shown, first, strict=True):
        for sheet in pages:
            writer.add_page(sheet)
        if number:
            writer.add_outline_item(title=part.title[:120], page_number=number - 1)
    _stamp(writer, label)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _pages(part: Part) -> list[PageObject]:
    """The pages of a part, without what a viewer would run or follow; none where it cannot be read."""
    try:
        if part.ending == "pdf":
            return _read(part.content)
        if part.ending in PICTURES:
            return _read(_picture(part.content))
    except (PyPdfError, UnidentifiedImageError, Image.DecompressionBombError, ValueError, KeyError, OSError,
            TypeError, AttributeError, RecursionError, NotImplementedError):  # fmt: skip
        return []  # somebody's file may be broken in any way; it stays in the ZIP as it is
    return []


def _read(content: bytes) -> list[PageObject]:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        return []
    pages = list(reader.pages)
    for page in pages:
        for key in ("/AA", "/Annots"):
            page.pop(key, None)
        if page.rotation:
            page.transfer_rotation_to_content()
    return pages


def _picture(content: bytes) -> bytes:
    """A picture on a page of A4, never enlarged beyond it."""
    with Image.open(io.BytesIO(content)) as found:
        picture = found.convert("RGB")
    picture.thumbnail((1654, 2339))  # A4 at 200 dots an inch
    written = io.BytesIO()
    picture.save(written, "PDF", resolution=max(picture.width / 8.27, picture.height / 11.69, 72.0))
    return written.getvalue()


def _stamp(writer: PdfWriter, label: str) -> None:
    """Number and label in the upper right corner of each page, whatever its size."""
    from django.utils.html import escape
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    total = len(writer.pages)
    body = "".join(f"<section><p>{escape(label)} · {n} / {total}</p></section>" for n in range(1, total + 1))
    marks = _read(HTML(string=_STAMP.format(body), url_fetcher=URLFetcher(allowed_protocols=())).write_pdf())
    for page, mark in zip(writer.pages, marks, strict=False):
        box = page.mediabox
        shift = Transformation().translate(float(box.right) - _A4[0], float(box.top) - _A4[1])
        page.merge_transformed_page(mark, shift)
