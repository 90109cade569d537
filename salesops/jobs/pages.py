"""What this room hangs into the frame: menu, workbench card, sentences of the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from salesops.audit import tracking, verbs
from salesops.core.policies import can
from salesops.jobs.models import Heartbeat, JobItem, JobRun, OutboxMessage
from salesops.jobs.registry import jobs
from salesops.jobs.selectors import failed_messages, failed_runs, last_beat, waiting_messages
from salesops.ui.registries import MenuItem, WorkbenchCard, menu, side_by_side, tones, workbench_cards

NEWEST = 5


def failures(request: Any) -> dict[str, Any] | None:
    """The card of what failed, for who may mend it; hidden when nothing did."""
    if not can(request.user, "run", JobRun):
        return None
    runs, messages = failed_runs(request.user), failed_messages(request.user)
    return {"runs": runs, "messages": messages} if runs or messages else None


def running(request: Any) -> dict[str, Any] | None:
    """For the administrator: when the clock was last heard, what waits to be sent, and the newest runs."""
    if not request.user.has_role("administrator"):
        return None
    beat, waiting = last_beat(), waiting_messages()
    lines = [
        {"text": _("Clock last heard"), "value": _moment(beat), "url": reverse("jobs:job_list")},
        {"text": _("Messages that wait"), "value": waiting, "url": reverse("jobs:outboxmessage_list")},
    ]
    for run in JobRun.objects.visible_to(request.user).order_by("-started_at")[:NEWEST]:
        failed = run.state == JobRun.State.FAILED
        url = reverse("jobs:jobrun_detail", args=[run.pk])
        lines.append(
            {"text": title_of(run.job), "small": run.get_state_display(), "bad": failed, "url": url,
             "value": _moment(run.started_at)}
        )  # fmt: skip
    return {"lines": lines}


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else "–"


def title_of(name: Any) -> Any:
    """What a job is called; its name when the program no longer has it."""
    definition = jobs.get(name)
    return definition.title if definition else name


def job_asked(payload: Mapping[str, Any]) -> str:
    return f"{title_of(payload['job'])} · {payload['day']}"


def register() -> None:
    side_by_side("jobs", "jobs.outbox")
    menu.register(
        "jobs", MenuItem("administration", _("Jobs"), "jobs:job_list", JobRun, order=60, icon="play")
    )
    menu.register(
        "jobs.outbox",
        MenuItem(
            "administration",
            _("Outgoing messages"),
            "jobs:outboxmessage_list",
            OutboxMessage,
            order=61,
            icon="send",
        ),
    )
    workbench_cards.register(
        "jobs.failures", WorkbenchCard(_("Jobs that failed"), "jobs/failures_card.html", failures, order=15)
    )
    workbench_cards.register(
        "jobs.running", WorkbenchCard(_("How the system runs"), "ui/card_counts.html", running, order=16)
    )
    tones.register(JobItem, {"done": "good", "skipped": "plain", "failed": "bad"})
    tones.register(
        OutboxMessage, {"sent": "good", "failed": "bad", "retrying": "attention", "waiting": "info"}
    )
    tracking.exempt(OutboxMessage, "a working queue; what it does is written elsewhere")
    tracking.exempt(Heartbeat, "beats every minute and holds nothing else")
    tracking.exempt(JobItem, "written once with its run, never changed")
    verbs.codes.register("job", title_of)
    verbs.register(
        {
            "jobs.job_run_by_hand": _("%(actor)s ran the job %(job)s for %(day)s"),
            "jobs.message_sent_again": _("%(actor)s had the message %(key)s sent again"),
        }
    )
