"""Rules that imports obey."""

from django.utils.translation import gettext_lazy as _

from salesops.handbook.registry import RuleParameter, register_rules


def register() -> None:
    """Add the rules of imports to the handbook."""
    register_rules(
        RuleParameter(
            key="exchange.max_upload_mb",
            kind="int",
            default=50,
            title=_("Largest file of an import"),
            text=_("A file of at most {value} may be uploaded for an import."),
            unit="MiB",
            chapter=_("Data"),
            clause="D-1",
            source="DAT-01",
            minimum=1,
            maximum=500,
        ),
        RuleParameter(
            key="exchange.keep_days",
            kind="int",
            default=30,
            title=_("How long uploaded files are kept"),
            text=_("The file of an import is removed {value} after the upload; its result stays."),
            unit=_("days"),
            chapter=_("Data"),
            clause="D-2",
            source="DAT-01",
            minimum=1,
            maximum=365,
        ),
        RuleParameter(
            key="exchange.max_queued",
            kind="int",
            default=5,
            title=_("Imports of one person at a time"),
            text=_("At most {value} imports of one person are checked or run at a time."),
            chapter=_("Data"),
            clause="D-3",
            source="DAT-01",
            minimum=1,
            maximum=100,
        ),
    )
