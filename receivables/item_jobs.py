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
            _(
                "Tells of the next steps of disputes, of instalments that come due and of retention that ends; posts "
                "instalments and releases retention on their day."
            ),
            _("every day from 07:15"),
            look_at_items,
            from_time=time(7, 15),
        )
    )
    register_reasons(
        {
            "receivables.dispute_due": _("the next step of the dispute is due; told %(to)s"),
            "receivables.dispute_late": _("the dispute rests; told %(to)s"),
            "receivables.plan_soon": _("an instalment of the contract comes due; told %(to)s"),
            "receivables.plan_posted": _("posted by the payment plan over %(amount)s"),
            "receivables.retention_soon": _("the time of the retention ends soon; told %(to)s"),
            "receivables.retention_over": _("the retention is released; told %(to)s"),
            "receivables.told_already": _("told before"),
            "receivables.nobody_in_post": _("nobody in post is responsible for it"),
        }
    )
    register_kinds(
        NoticeKind(
            "receivables.plan_soon",
            _("An instalment of contract %(number)s falls due on %(date)s: %(amount)s %(currency)s"),
            _("With %(customer)s. It is posted on that day."),
            label=_("An instalment of a contract comes due"),
        ),
        NoticeKind(
            "receivables.retention_soon",
            _("Retention %(number)s ends on %(date)s: %(amount)s %(currency)s"),
            _("%(customer)s. Settle what is claimed under the warranty before that day."),
            label=_("A retention ends soon"),
        ),
        NoticeKind(
            "receivables.retention_over",
            _("Retention %(number)s is released: %(amount)s %(currency)s"),
            _("%(customer)s owes it on %(due)s; ask for the payment."),
            tone="attention",
            label=_("A retention is released"),
        ),
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
