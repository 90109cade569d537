"""A request on paper: the matter as it was frozen, each signature with who gave it in whose place, the history."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from salesops.approvals.models import ApprovalRequest
from salesops.approvals.showing import change_lines, fact_lines, step_lines
from salesops.documents.printing import Ask, PrintTemplate, register_print

PAPER = "approvals.request"
LABELS = {
    "matter": _("Matter"),
    "applicant": _("Applicant"),
    "requested": _("Requested"),
    "decided": _("Decided"),
    "state": _("State"),
    "reason": _("Reason"),
    "changes": _("What changes"),
    "before": _("Until now"),
    "after": _("New value"),
    "signatures": _("Signatures"),
    "step": _("Step"),
    "signed_by": _("Who signed"),
    "when": _("When"),
    "comment": _("Comment"),
    "history": _("History"),
    "phone": _("Phone"),
    "tax_number": _("Tax number"),
    "bank": _("Bank and account"),
}


def request_paper(request: ApprovalRequest, ask: Ask) -> dict[str, Any]:
    """What the print of a request shows, in the first language of the print; masked for whom the page masks it."""
    with override(ask.languages[0]):
        history = request.decisions.select_related("actor", "for_person", "to_person").order_by("pk")
        return {
            "state_words": request.get_state_display(),
            "facts": [(str(label), str(value)) for label, value in fact_lines(request, ask.user)],
            "changes": change_lines(request, ask.user),
            "signatures": [
                (step.name, line.label, line.who, line.at, line.state_label, line.comment)
                for step in step_lines(request, at=timezone.now())
                for line in step.signatures
            ],
            "lines": [
                (line.at, line.who, line.get_action_display(), str(line.to_person or ""), line.comment)
                for line in history
            ],
        }


def register() -> None:
    """Called when the app is ready."""
    register_print(
        PrintTemplate(
            PAPER,
            ApprovalRequest,
            _("Approval with its signatures"),
            "print/approval.html",
            request_paper,
            labels=LABELS,
            number=lambda request: f"{request.pk}",
        )
    )
