"""The daily job of open items, its words and its notices."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext_lazy as _

from receivables.services.timers import JOB, look_at_items
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.notifications.registry import NoticeKind, register_kinds


def register() -> None:
    """Called when the app is ready."""
    register_job(
        JobDefinition(
            JOB,
            _("Next steps of open items"),
            _("Tells whoever follows a dispute of its next step, and later the superior."),
            _("every day from 07:15"),
            look_at_items,
            from_time=time(7, 15),
        )
    )
    register_reasons(
        {
            "receivables.dispute_due": _("the next step of the dispute is due; told %(to)s"),
            "receivables.dispute_late": _("the dispute rests; told %(to)s"),
            "receivables.told_already": _("told before"),
            "receivables.nobody_in_post": _("nobody in post is responsible for it"),
        }
    )
    register_kinds(
        NoticeKind(
            "receivables.dispute_due",
            _("Next step of the dispute about %(number)s: %(step)s"),
            _("%(customer)s, by %(date)s."),
            label=_("The next step of a dispute is due"),
        ),
        NoticeKind(
            "receivables.dispute_late",
            _("The dispute about %(number)s rests since %(date)s"),
            _("%(customer)s. Followed by %(person)s: %(step)s"),
            mail=True,
            tone="attention",
            label=_("A dispute rests"),
        ),
    )
