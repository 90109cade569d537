"""The evidence pack as one paper: a front with contents, promises and the log of contacts, then every document."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from customers.selectors import family_of
from receivables.models import CollectionAction, CollectionCase, Promise
from receivables.selectors.collection import overdue_of
from salesops.documents.drawing import draw
from salesops.documents.joining import Part, join
from salesops.documents.printing import Ask, PrintTemplate

LABELS = {
    "customer": gettext_lazy("Customer"),
    "level": gettext_lazy("Level"),
    "purpose": gettext_lazy("Purpose"),
    "by": gettext_lazy("Put together by"),
    "date": gettext_lazy("Date"),
    "contents": gettext_lazy("Contents"),
    "kind": gettext_lazy("Kind"),
    "number": gettext_lazy("Number"),
    "about": gettext_lazy("About"),
    "page": gettext_lazy("Page"),
    "only_file": gettext_lazy("in the ZIP only"),
    "items": gettext_lazy("What is overdue"),
    "due": gettext_lazy("Due on"),
    "days": gettext_lazy("Days overdue"),
    "amount": gettext_lazy("Outstanding"),
    "promises": gettext_lazy("Promises to pay"),
    "who": gettext_lazy("Who"),
    "promised": gettext_lazy("Promised amount"),
    "result": gettext_lazy("Result"),
    "proof": gettext_lazy("Proof"),
    "log": gettext_lazy("Log of contacts"),
    "way": gettext_lazy("Way"),
    "said": gettext_lazy("What was said"),
    "reason": gettext_lazy("Why it is not paid"),
    "agreed": gettext_lazy("What was agreed"),
    "phone": gettext_lazy("Phone"),
    "tax_number": gettext_lazy("Tax number"),
    "bank": gettext_lazy("Bank and account"),
}


def as_paper(
    packed: IO[bytes], index: list[Any], *, case: CollectionCase, actor: Any, purpose: str, at: datetime
) -> IO[bytes]:
    """The pack that lies in a ZIP as one PDF, in the language that is active. Raises ``PdfMissing``."""
    packed.seek(0)
    with zipfile.ZipFile(packed) as files:
        held = [piece for piece in index if piece.file]
        parts = [
            Part(
                " ".join(word for word in (piece.kind, piece.number) if word),
                files.read(piece.file),
                piece.file.rpartition(".")[2].lower(),
            )
            for piece in held
        ]
    packed.close()
    facts = _facts(case, actor, purpose, at)
    ask = Ask(actor, timezone.localdate(at), None, (get_language() or "en",))

    def front(first: list[int]) -> str:
        page = dict(zip(map(id, held), first, strict=True))
        lines = [(piece, page.get(id(piece), 0)) for piece in index if not piece.log]
        template = PrintTemplate(
            "receivables.evidence",
            CollectionCase,
            gettext_lazy("Evidence pack"),
            "print/evidence.html",
            lambda row, asked: {"lines": lines, **facts},
            labels=LABELS,
            number=lambda row: row.customer.code,
        )
        return draw(template, case, ask, for_pdf=True)

    label = _("Evidence pack") + f" {case.customer.code} {timezone.localdate(at).isoformat()}"
    return io.BytesIO(join(parts, front=front, label=label))


def _facts(case: CollectionCase, actor: Any, purpose: str, at: datetime) -> dict[str, Any]:
    """What the front says beside the contents."""
    on, family = timezone.localdate(at), family_of(case.customer)
    items = list(overdue_of(case, on, actor))
    return {
        "customer_name": case.customer.name,
        "purpose": purpose,
        "by": str(actor),
        "on": on,
        "items": [(item, (on - item.due_date).days) for item in items],
        "promises": Promise.objects.visible_to(actor).filter(customer__in=family).order_by("made_date", "pk"),
        "contacts": CollectionAction.objects.visible_to(actor)
        .filter(case__customer__in=family)
        .select_related("by")
        .order_by("at", "pk"),
    }
