"""The numbers of everyday work that the handbook sets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from salesops.handbook.registry import RuleParameter, register_rules

CHAPTER = _("Working together")


def register() -> None:
    """Called when the room is ready."""
    register_rules(
        RuleParameter(
            key="work.task_notice_days",
            kind="int",
            default=1,
            unit=_("working days"),
            chapter=CHAPTER,
            clause="W-1",
            title=_("Tasks are called to mind"),
            text=_("Who is responsible for a task is reminded {value} working days before it is due."),
            source="DAY-10",
            minimum=0,
            maximum=30,
        ),
        RuleParameter(
            key="work.request_days",
            kind="int",
            default=3,
            unit=_("working days"),
            chapter=CHAPTER,
            clause="W-2",
            title=_("Departments answer each other"),
            text=_(
                "A request to another department is answered within {value} working days unless another day is agreed."
            ),
            source="COM-05",
            minimum=1,
            maximum=90,
        ),
        RuleParameter(
            key="work.acknowledge_days",
            kind="int",
            default=7,
            unit=_("days"),
            chapter=CHAPTER,
            clause="W-4",
            title=_("The handbook is read"),
            text=_(
                "Who is bound by a chapter acknowledges each new edition within {value} days; then the superior is told."
            ),
            source="DOC-08",
            minimum=1,
            maximum=90,
        ),
        RuleParameter(
            key="work.comment_retract_minutes",
            kind="int",
            default=60,
            unit=_("minutes"),
            chapter=CHAPTER,
            clause="W-3",
            title=_("Comments stand"),
            text=_(
                "A comment is never changed; its author may take it back within {value} minutes, and its place stays visible."
            ),
            source="DAT-09",
            minimum=0,
            maximum=10080,
        ),
    )
