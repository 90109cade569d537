"""The rules of files: which types, how large, how many."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from salesops.core.errors import InvalidInput
from salesops.documents.kinds import KINDS
from salesops.handbook.registry import RuleParameter, register_rules

CHAPTER = _("Documents")


def read_types(text: str) -> list[str]:
    """Endings from ``pdf, png, jpg``. Raises ``InvalidInput`` for one that this program cannot check."""
    wanted = [part.strip().lower().lstrip(".") for part in text.replace("，", ",").split(",") if part.strip()]
    unknown = [ending for ending in wanted if ending not in KINDS]
    if unknown or not wanted:
        raise InvalidInput(
            gettext("These types cannot be checked: %(types)s.") % {"types": ", ".join(unknown) or "–"},
            field="value",
            way_out=gettext("Known are: %(types)s.") % {"types": ", ".join(KINDS)},
        )
    return wanted


def check_types(value: Any) -> None:
    read_types(value)


def register() -> None:
    def limit(name: str, default: int, title: Any, text: Any, clause: str, unit: Any, most: int) -> None:
        register_rules(
            RuleParameter(
                f"documents.{name}",
                "int",
                default,
                title,
                text,
                CHAPTER,
                clause,
                unit=unit,
                source="DOC-05",
                minimum=1,
                maximum=most,
            )
        )

    register_rules(
        RuleParameter(
            "documents.allowed_types",
            "text",
            ", ".join(KINDS),
            _("Types of files"),
            _("Files of these types are kept: {value}."),
            CHAPTER,
            "DOC-1",
            source="DOC-05",
            check=check_types,
        )
    )
    limit(
        "max_file_mb",
        20,
        _("Largest file"),
        _("A file has at most {value} MiB."),
        "DOC-2",
        "MiB",
        200,
    )
    limit(
        "max_megapixels",
        50,
        _("Largest picture"),
        _("A picture has at most {value} million pixels."),
        "DOC-3",
        _("million pixels"),
        200,
    )
    limit(
        "max_files_per_record",
        200,
        _("Files of one record"),
        _("A record has at most {value} files, older versions included."),
        "DOC-4",
        _("files"),
        10_000,
    )
    limit(
        "max_record_mb",
        500,
        _("Room for the files of one record"),
        _("The files of one record take at most {value} MiB."),
        "DOC-5",
        "MiB",
        100_000,
    )
    limit(
        "max_company_gb",
        100,
        _("Room for all files"),
        _("All files together take at most {value} GiB."),
        "DOC-6",
        "GiB",
        100_000,
    )
    limit(
        "orphan_hours",
        24,
        _("Leftovers of broken uploads"),
        _("What a broken upload left in the store is removed after {value} hours."),
        "DOC-7",
        _("hours"),
        720,
    )
