"""What waits for a second person, corrected."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from receivables.forms.ledger import CreditNoteForm


class MendCreditNoteForm(CreditNoteForm):
    """A returned credit note, corrected."""

    comment = forms.CharField(label=_("What was corrected"), max_length=2000, required=False)
    for_return = None  # the entry is mended, what it was written for stays
    wide = ("comment",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("instance", None)
        super().__init__(*args, **kwargs)
