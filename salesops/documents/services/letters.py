"""Letterheads and texts of prints: new rows from a day on, never changed (quality I4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.audit.services import record
from salesops.core.errors import Duplicate, InvalidInput, NotAllowed
from salesops.core.policies import can
from salesops.documents import letters
from salesops.documents.models import Letterhead, PrintText
from salesops.documents.printing import LANGUAGES, prints


@transaction.atomic
def set_letterhead(*, actor: Any, at: datetime, from_date: date, **facts: Any) -> Letterhead:
    """Our letterhead from a day on. Raises ``NotAllowed``, ``InvalidInput``, ``Duplicate``."""
    _require(actor, Letterhead, from_date, at)
    row = Letterhead(from_date=from_date, created_by=actor, **facts)
    _insert(row)
    record(
        "documents.letterhead_set",
        row,
        actor=actor,
        at=at,
        data={"from_date": from_date, "name": row.name_en},
    )
    return row


@transaction.atomic
def set_text(
    *, actor: Any, at: datetime, place: str, language: str, from_date: date, body: str, print_key: str = ""
) -> PrintText:
    """The text of a place from a day on. Raises ``InvalidInput`` for names that no print fills in."""
    _require(actor, PrintText, from_date, at)
    if print_key and print_key not in prints:
        raise InvalidInput(_("There is no such print."), field="print_key")
    if language not in LANGUAGES:
        raise InvalidInput(_("Choose a language."), field="language")
    letters.check(body)
    row = PrintText(
        print_key=print_key,
        place=place,
        language=language,
        from_date=from_date,
        body=body.strip(),
        created_by=actor,
    )
    _insert(row)
    data = {"place": place, "language": language, "from_date": from_date}
    record("documents.text_set", row, actor=actor, at=at, data=data)
    return row


def _require(actor: Any, model: Any, from_date: date, at: datetime) -> None:
    if not can(actor, "add", model):
        raise NotAllowed(_("You may not change what stands on prints."))
    if from_date < timezone.localdate(at):
        raise InvalidInput(
            _("What was printed stays as it was."),
            field="from_date",
            way_out=_("Choose today or a later day."),
        )


def _insert(row: Any) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Duplicate(
            _("There is one from this day on already."), field="from_date", way_out=_("Choose another day.")
        ) from None
