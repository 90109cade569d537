"""What this room hangs into the frame, the worker and the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from salesops.audit import tracking, verbs
from salesops.exchange.models import ImportBatch, ImportedRange
from salesops.exchange.services import wizard
from salesops.jobs.registry import (
    JobDefinition,
    leased_kinds,
    register_job,
    register_outbox,
    register_reasons,
)
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.ui.registries import MenuItem, menu, tones


def remove_uploads(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Remove uploaded files that are older than the handbook says."""

    def work(report: JobReport) -> None:
        for batch in wizard.remove_old_files(at=at, dry_run=dry_run):
            report.done(str(batch), "exchange.removed", url=f"/exchange/imports/{batch.pk}/")

    return run_job("remove_uploads", business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def _batch(payload: Mapping[str, Any]) -> str:
    return gettext("Import %(number)s") % {"number": payload["batch"]}


def register() -> None:
    menu.register(
        "exchange",
        MenuItem(
            "administration", _("Imports"), "exchange:importbatch_list", ImportBatch, order=50, icon="upload"
        ),
    )
    tones.register(
        ImportBatch,
        {
            "uploaded": "plain",
            "checking": "info",
            "checked": "info",
            "running": "info",
            "done": "good",
            "failed": "bad",
            "undone": "attention",
        },
    )
    verbs.register(
        {
            "exchange.file_uploaded": _("%(actor)s uploaded the file %(file)s"),
            "exchange.records_imported": _(
                "%(actor)s imported %(file)s: %(created)s created, %(updated)s updated, %(rejected)s rejected"
            ),
            "exchange.import_undone": _("%(actor)s undid the import"),
            "exchange.records_exported": _("%(actor)s exported %(kind)s, records: %(rows)s"),
        }
    )
    tracking.leave_out(ImportBatch, "progress", "rejections", reason="working figures of a run")
    tracking.exempt(ImportedRange, "written once with its batch; what it points at has its own history")
    register_outbox("exchange.check", wizard.deliver_check, _("Check of an import"), _batch)
    register_outbox("exchange.run", wizard.deliver_run, _("Import of a file"), _batch)
    leased_kinds.update({"exchange.check", "exchange.run"})
    register_job(
        JobDefinition(
            "remove_uploads",
            _("Remove old uploads"),
            _("Removes the files of imports after the days that the handbook names; results stay."),
            _("Daily"),
            remove_uploads,
            from_time=time(4, 30),
        )
    )
    register_reasons({"exchange.removed": _("The file was removed.")})
