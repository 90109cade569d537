"""Provision for bad debt: computed for a month end, approved by the general manager, frozen (REC-13)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from receivables.choices import ProvisionState
from receivables.models import ProvisionLine, ProvisionRun
from receivables.services.posting import require_right
from salesops.approvals.choices import RequestState
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.selectors import open_request
from salesops.approvals.services import resubmit, start
from salesops.audit.services import record
from salesops.core.errors import Conflict, Duplicate, InvalidInput
from salesops.core.inputs import said
from salesops.core.locking import advisory_lock, lock_row
from salesops.core.money import base_coins, places_of
from salesops.core.periods import Period
from salesops.handbook.selectors import rule

KEY = "receivables.provision"
RATES = "receivables.provision_rates"
SQL = Path(__file__).resolve().parent.parent / "sql"
CAUSES = ("new", "settled", "part_paid", "older", "own_rate", "rates")


@transaction.atomic
def compute_provision(*, actor: Any, month: Period, note: str = "", at: datetime) -> ProvisionRun:
    """A draft for the end of a month that is over, with its lines and the bridge from the last posted run.

    Own rates of the run before go on. Raises ``InvalidInput`` for a month that is not over, ``Duplicate`` where a
    run of the month is open, ``NotAllowed``.
    """
    require_right(actor, "add", ProvisionRun)
    if month.end >= timezone.localdate(at):
        raise InvalidInput(_("This month is not over."), field="month")
    advisory_lock(f"receivables.provision.{month.start}")
    open_states = (ProvisionState.DRAFT, ProvisionState.SUBMITTED)
    if ProvisionRun.objects.filter(month=month.start, state__in=open_states).exists():
        raise Duplicate(_("A run of this month is open already."), field="month")
    earlier = ProvisionRun.objects.filter(state=ProvisionState.POSTED, as_of__lte=month.end)
    run = ProvisionRun.objects.create(
        month=month.start, as_of=month.end, rates=rule(RATES, on=month.end), note=note.strip(), created_by=actor,
        previous=earlier.order_by("-as_of", "-decided_at", "-pk").first(),
    )  # fmt: skip
    rates = [Decimal(rate) / 100 for rate in run.rates]
    params = _params(run) | {"as_of": run.as_of, "rates": rates}
    with connection.cursor() as cursor:
        cursor.execute((SQL / "provision_lines.sql").read_text(encoding="utf-8"), params)
    reckon(run)
    _write("provision_computed", run, actor=actor, at=at)
    return run


def _params(run: ProvisionRun) -> dict[str, Any]:
    return {"run": run.pk, "previous": run.previous_id or 0, "coins": places_of()}


def reckon(run: ProvisionRun) -> None:
    """Totals of the lines, and the bridge from the run before."""
    found = run.lines.aggregate(outstanding=Sum("outstanding"), total=Sum("amount"))
    run.outstanding, run.total = found["outstanding"] or Decimal(0), found["total"] or Decimal(0)
    with connection.cursor() as cursor:
        cursor.execute((SQL / "provision_bridge.sql").read_text(encoding="utf-8"), _params(run))
        run.bridge = {cause: str(amount) for cause, amount in zip(CAUSES, cursor.fetchone(), strict=True)}
    run.version += 1
    run.save()


@transaction.atomic
def set_own_rate(
    *, actor: Any, line: ProvisionLine, rate: Decimal, reason: str, at: datetime
) -> ProvisionLine:
    """An item that is safer or worse than its age says gets a rate of its own, with the reason; drafts only."""
    run = _draft(line.run, actor=actor)
    if not 0 <= rate <= 1:
        raise InvalidInput(_("A rate lies between 0 and 100 %."), field="rate")
    row = lock_row(ProvisionLine.objects.select_related("receivable"), line.pk)
    row.reason = said(reason, _("Say why."))
    row.rate, row.amount = rate, base_coins(row.outstanding * rate)
    row.save()
    reckon(run)
    data = {"number": row.receivable.number, "rate": rate, "month": str(run)}
    record(
        "receivables.provision_rated", run, row.receivable, actor=actor, at=at, comment=row.reason, data=data
    )
    return row


@transaction.atomic
def submit_provision(*, actor: Any, run: ProvisionRun, at: datetime) -> ProvisionRun:
    """Finance hands it in; the general manager decides."""
    row = _draft(run, actor=actor)
    row.state = ProvisionState.SUBMITTED
    row.version += 1
    row.save()
    _write("provision_submitted", row, actor=actor, at=at)
    request = open_request(row, KEY)
    if request is not None and request.state == RequestState.RETURNED:
        resubmit(actor=actor, at=at, request=request)
    else:
        start(actor=actor, at=at, obj=row, document_type=KEY, reason=row.note)
    return row


def provision_posted(run: ProvisionRun, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    """Approved: from now on neither the run nor a line of it changes."""
    _end(run, ProvisionState.POSTED, "provision_posted", actor=actor, at=at)


def provision_rejected(run: ProvisionRun, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    _end(run, ProvisionState.REJECTED, "provision_rejected", actor=actor, at=at)


def provision_back(run: ProvisionRun, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    """Returned, withdrawn or void: a draft again."""
    run.state = ProvisionState.DRAFT
    run.version += 1
    run.save()


def _end(run: ProvisionRun, state: str, verb: str, *, actor: Any, at: datetime) -> None:
    run.state, run.decided_at = state, at
    run.version += 1
    run.save()
    _write(verb, run, actor=actor, at=at)


def _draft(run: ProvisionRun, *, actor: Any) -> ProvisionRun:
    require_right(actor, "edit", run)
    row = lock_row(ProvisionRun.objects.all(), run.pk)
    if row.state != ProvisionState.DRAFT:
        raise Conflict(
            _("Only a draft is changed or handed in."), way_out=_("A posted run is restated by a new one.")
        )
    return row


def _write(verb: str, run: ProvisionRun, *, actor: Any, at: datetime) -> None:
    data = {"month": str(run), "total": run.total}
    record(f"receivables.{verb}", run, actor=actor, at=at, data=data)
