"""Notices about the machinery itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from salesops.notifications.registry import NoticeKind, register_kinds


def register() -> None:
    register_kinds(
        NoticeKind(
            "jobs.run_failed",
            _("The job “%(job)s” for %(business_date)s failed."),
            _("Cause: %(error)s Nothing of it was kept. Mend the cause and run it again."),
            mail=True,
            tone="bad",
            urgent=True,
            label=_("A scheduled job failed"),
        ),
        NoticeKind(
            "notifications.robot_test",
            _("A test from SalesOps: the robot “%(robot)s” works."),
            chosen=False,
        ),
        NoticeKind(
            "jobs.run_finished",
            _("The job “%(job)s” for %(business_date)s is done."),
            label=_("A job that you started is done"),
        ),
        NoticeKind(
            "jobs.message_given_up",
            _("A message could not be sent: %(key)s"),
            _("Cause: %(error)s No further try is made until somebody sends it again."),
            tone="bad",
        ),
        NoticeKind(
            "calendar.year_missing",
            _("The working days of %(year)s for %(region)s are not known yet."),
            _("Until they are entered or published, Monday to Friday count as working days."),
            tone="attention",
            label=_("The working days of a year are not known"),
        ),
    )
