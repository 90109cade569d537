"""What this room hangs into the frame: menu, workbench card, sentences of the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from salesops.audit import tracking, verbs
from salesops.core.policies import can
from salesops.jobs.models import Heartbeat, JobItem, JobRun, OutboxMessage
from salesops.jobs.registry import jobs
from salesops.jobs.selectors import failed_messages, failed_runs
from salesops.ui.registries import MenuItem, WorkbenchCard, menu, tones, workbench_cards


def failures(request: Any) -> dict[str, Any] | None:
    """The card of what failed, for who may mend it; hidden when nothing did."""
    if not can(request.user, "run", JobRun):
        return None
    runs, messages = failed_runs(request.user), failed_messages(request.user)
    return {"runs": runs, "messages": messages} if runs or messages else None


def title_of(name: Any) -> Any:
    """What a job is called; its name when the program no longer has it."""
    definition = jobs.get(name)
    return definition.title if definition else name


def job_asked(payload: Mapping[str, Any]) -> str:
    return f"{title_of(payload['job'])} · {payload['day']}"


def register() -> None:
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
