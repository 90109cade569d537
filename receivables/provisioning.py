"""How a provision run is approved (domain §10: finance and the general manager)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from receivables.choices import ProvisionState
from receivables.models import ProvisionRun
from receivables.services.provisions import (
    CAUSES,
    KEY,
    RATES,
    provision_back,
    provision_posted,
    provision_rejected,
)
from salesops.approvals.formats import base_money
from salesops.approvals.registry import DocumentType, register
from salesops.approvals.seeds import role, route, step

WORDS = {
    "new": gettext_lazy("new items"),
    "settled": gettext_lazy("settled items"),
    "part_paid": gettext_lazy("paid in part"),
    "older": gettext_lazy("grown older"),
    "own_rate": gettext_lazy("rates of their own"),
    "rates": gettext_lazy("changed rates and rounding"),
}
NAMES = (gettext_lazy("Every provision run"),)  # of the first flow's route


def facts(run: ProvisionRun, payload: Mapping[str, Any]) -> dict[str, Any]:
    before = run.previous.total if run.previous else None
    return {
        "month": str(run),
        "outstanding": run.outstanding,
        "before": before,
        **{cause: run.bridge.get(cause, "0") for cause in CAUSES},
        "provision": run.total,
    }


LABELS = {
    "month": gettext_lazy("month"),
    "outstanding": gettext_lazy("outstanding"),
    "before": gettext_lazy("provision of the run before"),
    **WORDS,
    "provision": gettext_lazy("provision"),
}


def not_ready(run: ProvisionRun) -> str:
    return "" if run.state == ProvisionState.SUBMITTED else _("Hand the run in first.")


def register_provisions() -> None:
    """Called when the app is ready."""
    register(
        DocumentType(
            KEY,
            "receivables.ProvisionRun",
            gettext_lazy("Provision for bad debt"),
            facts=facts,
            labels=LABELS,
            formats=dict.fromkeys(("outstanding", "before", *CAUSES, "provision"), base_money),
            brief=("month", "provision"),
            may_request="edit",
            own_people=lambda run: (run.created_by_id,),
            not_ready=not_ready,
            on_approved=provision_posted,
            on_rejected=provision_rejected,
            on_returned=provision_back,
            on_ended=provision_back,
            clause=RATES,
            flow=(route("Every provision run", [], [step("General manager", role("gm"))]),),
            mend_url=lambda run: reverse("receivables:provisionrun_detail", args=[run.pk]),
            stale=lambda run, request: not_ready(run),
        )
    )
