"""The rule that numbers obey."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from salesops.handbook.registry import RuleParameter, register_rules
from salesops.numbering.registry import check_pattern


def register() -> None:
    register_rules(
        RuleParameter(
            "numbering.pattern",
            "text",
            "{class}-{yyyy}-{00000}",
            _("How documents are numbered"),
            _(
                "Documents are numbered {value}: class, year and a running number per class and year, given when the document is issued, without gaps, never used again."
            ),
            _("Documents and numbers"),
            "NUM-1",
            source="DOC-02",
            check=check_pattern,
        ),
    )
