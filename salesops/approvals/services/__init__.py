"""Acts on requests and flows; each is one transaction.

Locks: the record first, then the request, so that an app that holds its record may move its requests.
"""

from salesops.approvals.services.deciding import approve, decide, reject, return_request
from salesops.approvals.services.proposing import propose_change
from salesops.approvals.services.requests import (
    edit_request,
    end_requests,
    resubmit,
    start,
    subject_changed,
    withdraw,
)
from salesops.approvals.services.signers import add_signer, pass_up, send_copy

__all__ = [
    "add_signer",
    "approve",
    "decide",
    "edit_request",
    "end_requests",
    "pass_up",
    "propose_change",
    "reject",
    "resubmit",
    "return_request",
    "send_copy",
    "start",
    "subject_changed",
    "withdraw",
]
