"""The evidence pack of a case: what proves a claim, as one PDF or as a ZIP with an index, of what the asker may see (REC-07)."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO, Any

from django.db.models import Model, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from contracts.models import Contract
from customers.selectors import family_of
from orders.models import Order
from receivables.models import (
    CollectionAction,
    CollectionCase,
    CollectionLetter,
    Promise,
    Receivable,
    Statement,
    TaxInvoice,
)
from receivables.services.letters import KEY as LETTER
from receivables.services.letters import language_of
from salesops.audit.services import record
from salesops.audit.services.access import log_export
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.policies import can
from salesops.documents.mailing import printed
from salesops.documents.models import Attachment
from salesops.documents.printing import prints_of
from salesops.documents.services import download

MOST_FILES = 300
MOST_BYTES = 150 * 1024 * 1024
_UNSAFE = re.compile(r"[^\w.\- ()]+")


@dataclass(frozen=True)
class Piece:
    """A line of the index: kind, number, date, what it is, and the file that holds it."""

    kind: str
    number: str
    day: str
    about: str
    file: str = ""
    log: bool = False  # stands in the log of contacts


class Pack:
    """The ZIP while it is written."""

    def __init__(self, target: IO[bytes]) -> None:
        self.zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self.index: list[Piece] = []
        self.size = self.files = 0

    def add(self, folder: str, name: str, content: bytes) -> str:
        """Write a file under a clean name and answer it; "" when the pack is full."""
        if self.files >= MOST_FILES or self.size + len(content) > MOST_BYTES:
            return ""
        self.files += 1
        self.size += len(content)
        path = f"{folder}/{self.files:03d} {_UNSAFE.sub('_', name)[:80].strip(' .')}"
        self.zip.writestr(path, content)
        return path


def build_pack(
    *, actor: Any, case: CollectionCase, purpose: str, at: datetime, form: str = "zip"
) -> IO[bytes]:
    """Put the pack together: contracts, orders, deliveries, items, tax invoices, statements, letters, promises, contacts
    and their files; ``form`` "pdf": all of it as one paper with contents and page numbers.

    Only what ``actor`` may see goes in; the export is logged with its purpose. Raises ``NotAllowed``, ``InvalidInput``,
    ``PdfMissing``.
    """
    if not can(actor, "chase", case):
        raise NotAllowed(_("Only who chases this customer puts its evidence together."))
    if not purpose.strip():
        raise InvalidInput(_("Say what it is needed for."), field="purpose")
    target = tempfile.SpooledTemporaryFile(max_size=8 * 1024 * 1024)  # noqa: SIM115 - handed to the answer
    with override(language_of(case.customer)):
        pack = Pack(target)
        _fill(pack, case, actor, at)
        pack.zip.writestr("index.csv", _index(pack.index))
        pack.zip.close()
        if form == "pdf":
            from receivables.services.evidence_paper import as_paper

            target = as_paper(target, pack.index, case=case, actor=actor, purpose=purpose.strip(), at=at)
    log_export(
        actor=actor,
        model=CollectionCase,
        rows=len(pack.index),
        at=at,
        purpose=purpose.strip(),
        file_format=form,
    )
    data = {"customer": str(case.customer), "files": pack.files}
    record("receivables.evidence_built", case, actor=actor, at=at, data=data, comment=purpose.strip())
    target.seek(0)
    return target


def _fill(pack: Pack, case: CollectionCase, actor: Any, at: datetime) -> None:
    on = timezone.localdate(at)
    family = family_of(case.customer)
    items = list(
        Receivable.objects.visible_to(actor)
        .open()
        .filter(customer__in=family)
        .order_by("due_date", "pk")[:500]
    )
    orders = Order.objects.visible_to(actor).filter(pk__in={i.order_id for i in items} - {None})
    agreed = {i.contract_id for i in items} | set(orders.values_list("contract", flat=True))
    contracts = Contract.objects.visible_to(actor).filter(pk__in=agreed - {None})
    for place, kind, rows, day in (
        (f"1 {_('Contracts')}", _("Contract"), contracts.order_by("pk"), "signed_date"),
        (f"2 {_('Orders')}", _("Order"), orders.order_by("pk"), "order_date"),
        (f"3 {_('Open items')}", _("Receivable"), items, "issue_date"),
    ):
        for row in rows:
            _record(pack, place, kind, row, getattr(row, day, None), actor, at)
            if isinstance(row, Order) and row.shipped_date:
                goods = " · ".join(part for part in (row.ship_method, row.ship_to) if part)
                pack.index.append(Piece(_("Delivery"), str(row), _day(row.shipped_date), goods))
    _invoices(pack, items, contracts, actor, at)
    since = min((i.issue_date for i in items), default=on - timedelta(days=365))
    _statements(pack, case, family, since, actor, at)
    letters = CollectionLetter.objects.visible_to(actor).filter(case__customer__in=family)
    for letter in letters.order_by("date", "pk"):
        place = f"6 {_('Letters')}"
        said = " · ".join(
            part for part in (letter.get_state_display(), _day(letter.answered_date), letter.proof) if part
        )
        _print(pack, place, LETTER, letter, actor, on, day=letter.date, language=letter.language, about=said)
        _files(pack, place, letter, actor, at)
    for promise in Promise.objects.visible_to(actor).filter(customer__in=family).order_by("made_date", "pk"):
        words = f"{promise.person}: {promise.amount} {promise.currency_id}, {promise.get_state_display()}"
        pack.index.append(
            Piece(_("Promise to pay"), "", _day(promise.made_date), f"{words}. {promise.proof}", log=True)
        )
        _files(pack, f"7 {_('Promises')}", promise, actor, at)
    for action in (
        CollectionAction.objects.visible_to(actor).filter(case__customer__in=family).order_by("at", "pk")
    ):
        words = f"{action.get_channel_display()}, {action.contact}: {action.said}"
        when = _day(timezone.localdate(action.at))
        pack.index.append(Piece(_("Contact"), action.proof, when, words, log=True))
        _files(pack, f"8 {_('Contacts with the customer')}", action, actor, at)


def _invoices(pack: Pack, items: list[Receivable], contracts: Any, actor: Any, at: datetime) -> None:
    """Tax invoices over the items or their contracts that were issued, with their files."""
    rows = TaxInvoice.objects.visible_to(actor).filter(issued_date__isnull=False)
    found = rows.filter(Q(lines__receivable__in=[i.pk for i in items]) | Q(contract__in=contracts)).distinct()
    for row in found.order_by("issued_date", "pk"):
        words = f"{row.fapiao_no} · {row.amount} {row.currency_id} · {row.title}"
        pack.index.append(Piece(_("Tax invoice"), row.number, _day(row.issued_date), words))
        _files(pack, f"4 {_('Tax invoices')}", row, actor, at)


def _statements(pack: Pack, case: CollectionCase, family: Any, since: date, actor: Any, at: datetime) -> None:
    """The account of today, and every statement that was sent since the oldest item, with what the customer answered."""
    on, place = timezone.localdate(at), f"5 {_('Statements')}"
    _print(pack, place, "receivables.statement", case.customer, actor, on, since)
    sent = Statement.objects.visible_to(actor).filter(customer__in=family, until__gte=since)
    for row in sent.order_by("until", "pk"):
        said = str(row.get_state_display())
        if row.answered_at:
            said = f"{said}: {row.answered_by}, {_day(timezone.localdate(row.answered_at))}"
        _print(
            pack,
            place,
            "receivables.sent_statement",
            row,
            actor,
            on,
            day=row.until,
            language=row.language,
            about=said,
        )
        _files(pack, place, row, actor, at)


def _record(pack: Pack, folder: str, kind: str, row: Model, day: Any, actor: Any, at: datetime) -> None:
    templates = prints_of(type(row))
    on = timezone.localdate(at)
    pack.index.append(Piece(kind, str(row), _day(day), "", ""))
    for template in templates:
        if not template.dated and template.may(actor, row):
            content, ending = printed(
                template.key, row, person=actor, language=language_of(row.customer), on=on
            )
            name = pack.add(folder, f"{row}.{ending}", content)
            pack.index.append(Piece(str(template.label), str(row), _day(day), "", name))
    _files(pack, folder, row, actor, at)


def _print(
    pack: Pack,
    folder: str,
    key: str,
    row: Any,
    actor: Any,
    on: date,
    since: date | None = None,
    day: date | None = None,
    language: str = "",
    about: str = "",
) -> None:
    try:
        content, ending = printed(
            key, row, person=actor, language=language or language_of(row), on=on, since=since
        )
    except PermissionError:
        return
    name = pack.add(folder, f"{row}.{ending}", content)
    from salesops.documents.printing import prints

    pack.index.append(Piece(str(prints[key].label), str(row), _day(day or on), about, name))


def _files(pack: Pack, folder: str, row: Model, actor: Any, at: datetime) -> None:
    """The files that hang on a record and that the asker may open."""
    for attachment in Attachment.objects.about(row).filter(voided_at=None, replaced_by=None).order_by("pk"):
        if not can(actor, "download", attachment):
            continue
        with download(actor=actor, attachment=attachment, at=at) as content:
            name = pack.add(folder, attachment.file.name, content.read())
        day = _day(timezone.localdate(attachment.added_at))
        pack.index.append(Piece(_("File"), str(row), day, attachment.note, name))


def _index(pieces: list[Piece]) -> bytes:
    """The index as a table that spreadsheets open; cells that look like formulas are made text (quality I12)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_("Kind"), _("Number"), _("Date"), _("About"), _("File")])
    for piece in pieces:
        row = (piece.kind, piece.number, piece.day, piece.about, piece.file)
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t" and cell else cell for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _day(day: date | None) -> str:
    return date_format(day, "Y-m-d") if day else ""
