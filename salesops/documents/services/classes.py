"""Document classes: each has its own series of numbers (DOC-02)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from salesops.audit.services import record
from salesops.core.errors import Duplicate, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.documents.models import Document, DocumentClass
from salesops.documents.numbers import CODES


@transaction.atomic
def set_class(
    *, actor: Any, at: datetime, code: str, existing: DocumentClass | None = None, **facts: Any
) -> DocumentClass:
    """Add a class, or change one. Raises ``InvalidInput`` for letters that number something else, ``NotAllowed``."""
    if not can(actor, "edit" if existing else "add", existing or DocumentClass):
        raise NotAllowed(_("You may not keep the document classes."))
    row = lock_row(DocumentClass.objects, existing.pk) if existing else DocumentClass(created_by=actor)
    if code not in CODES:
        raise InvalidInput(
            _("These letters number something else."),
            field="code",
            way_out=_("Known are: %(names)s.") % {"names": ", ".join(CODES)},
        )
    if (
        existing
        and code != row.code
        and Document.objects.filter(document_class=row, number__isnull=False).exists()
    ):
        raise InvalidInput(_("Documents of this class are numbered already."), field="code")
    row.code = code
    for name, value in facts.items():
        setattr(row, name, value)
    row.version += bool(existing)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Duplicate(_("Another class has these letters."), field="code") from None
    record("documents.class_set", row, actor=actor, at=at, data={"code": code})
    return row
