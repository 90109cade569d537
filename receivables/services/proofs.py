"""Files that show why something is written off or goes back: on the entry before the second person is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.models import PostingEntry
from receivables.services.waiting import ask_for, hand_in_again, tell
from salesops.approvals.models import ApprovalRequest
from salesops.core.errors import InvalidInput
from salesops.documents.models import Attachment
from salesops.documents.services import add_files
from salesops.handbook.selectors import rule


def enter_with_proof(
    entry: PostingEntry, uploads: Sequence[Any], *, clause: str, actor: Any, at: datetime
) -> PostingEntry:
    """Write a new entry with its files and ask the second person. Raises what ``keep_proof`` raises."""
    entry.save()
    tell("entered", entry, actor=actor, at=at)
    keep_proof(entry, uploads, clause=clause, actor=actor, at=at)
    ask_for(entry, actor=actor, at=at)
    return entry


def mend_with_proof(
    entry: PostingEntry,
    request: ApprovalRequest,
    uploads: Sequence[Any],
    *,
    clause: str,
    actor: Any,
    comment: str,
    at: datetime,
) -> PostingEntry:
    """Write a corrected entry with what files are added, and hand it in again. Raises what ``keep_proof`` raises."""
    entry.version += 1
    entry.save()
    keep_proof(entry, uploads, clause=clause, actor=actor, at=at)
    hand_in_again(entry, request, actor=actor, comment=comment, at=at)
    return entry


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
