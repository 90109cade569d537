"""When people are not to be disturbed, by the handbook."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from salesops.handbook.registry import RuleParameter, register_rules

CHAPTER = _("Notices")


def register_clauses() -> None:
    register_rules(
        RuleParameter(
            key="notifications.quiet_from",
            kind="int",
            default=21,
            unit=_("o'clock"),
            chapter=CHAPTER,
            clause="13.1",
            title=_("Quiet hours begin"),
            text=_("From {value} on, mails and group messages that can wait are held back."),
            source="conv.",
            minimum=0,
            maximum=23,
        ),
        RuleParameter(
            key="notifications.quiet_to",
            kind="int",
            default=7,
            unit=_("o'clock"),
            chapter=CHAPTER,
            clause="13.2",
            title=_("Quiet hours end"),
            text=_("What was held back goes out at {value}."),
            source="conv.",
            minimum=0,
            maximum=23,
        ),
        RuleParameter(
            key="notifications.workdays_only",
            kind="bool",
            default=True,
            chapter=CHAPTER,
            clause="13.3",
            title=_("Days off are days off"),
            text=_("Mails and group messages that can wait go out on working days only: {value}."),
            source="conv.",
        ),
        RuleParameter(
            key="notifications.digest",
            kind="bool",
            default=False,
            chapter=CHAPTER,
            clause="13.4",
            title=_("One mail a day"),
            text=_(
                "Notices that can wait come as one mail each morning instead of many: {value}. Everybody may choose otherwise."
            ),
            source="conv.",
        ),
    )
