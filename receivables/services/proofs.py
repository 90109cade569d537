"""Files that show why something is written off or goes back: kept on the entry before the second person is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.models import PostingEntry
from salesops.core.errors import InvalidInput
from salesops.documents.models import Attachment
from salesops.documents.services import add_files
from salesops.handbook.selectors import rule


def keep_proof(
    entry: PostingEntry, uploads: Sequence[Any], *, clause: str, actor: Any, at: datetime
) -> list[Attachment]:
    """Put ``uploads`` on the entry; from the amount of ``clause`` on (base currency) at least one has to be there.

    Raises ``InvalidInput`` (field ``files``) where none is, and what ``add_files`` raises.
    """
    limit = rule(clause, on=timezone.localdate(at))
    if not uploads and entry.base_amount >= limit and not proofs_of(entry):
        raise InvalidInput(
            _("From %(limit)s in base currency on a file has to show it; this is %(amount)s.")
            % {"limit": limit, "amount": entry.base_amount},
            field="files",
            clause=clause,
            way_out=_("Choose the scan of the ruling, the letter or the customer's request."),
            amount=entry.base_amount,
            limit=limit,
        )
    return add_files(actor=actor, subject=entry, uploads=uploads, at=at)


def proofs_of(entry: PostingEntry) -> list[str]:
    """Names of the files on an entry that are in use."""
    rows = Attachment.objects.about(entry).filter(voided_at=None, replaced_by=None)
    return list(rows.order_by("pk").values_list("file__name", flat=True))
