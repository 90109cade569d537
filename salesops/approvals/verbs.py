"""Sentences of the timeline and of notices."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from salesops.approvals.registry import type_label
from salesops.approvals.showing import in_brief
from salesops.audit import verbs
from salesops.notifications.registry import NoticeKind, register_kinds
from salesops.notifications.registry import codes as notice_codes


def figures(data: Any) -> str:
    """What a notice adds to the name of the matter; "" where it has no figures."""
    text = in_brief(data) if isinstance(data, dict) else ""
    return f" · {text}" if text else ""


def register() -> None:
    verbs.codes.register("document_type", type_label)
    notice_codes.register("document_type", type_label)
    notice_codes.register("figures", figures)
    verbs.register(
        {
            "approvals.requested": _("%(actor)s asked for approval: %(document_type)s"),
            "approvals.approved": _("%(actor)s approved: %(document_type)s"),
            "approvals.approved_for": _("%(actor)s approved for %(for)s: %(document_type)s"),
            "approvals.counted": _("%(actor)s had approved before, which counts: %(document_type)s"),
            "approvals.returned": _("%(actor)s returned: %(document_type)s"),
            "approvals.returned_for": _("%(actor)s returned for %(for)s: %(document_type)s"),
            "approvals.rejected": _("%(actor)s rejected: %(document_type)s"),
            "approvals.rejected_for": _("%(actor)s rejected for %(for)s: %(document_type)s"),
            "approvals.withdrawn": _("%(actor)s withdrew: %(document_type)s"),
            "approvals.resubmitted": _("%(actor)s handed in again: %(document_type)s"),
            "approvals.edited": _("%(actor)s changed the request: %(document_type)s"),
            "approvals.signer_added": _("%(actor)s asked %(to)s to sign, too: %(document_type)s"),
            "approvals.passed_up": _("%(actor)s passed to %(to)s: %(document_type)s"),
            "approvals.passed_up_for": _("%(actor)s passed for %(for)s to %(to)s: %(document_type)s"),
            "approvals.copied": _("%(actor)s sent %(to)s a copy: %(document_type)s"),
            "approvals.reminded": _("Reminded of the request: %(document_type)s"),
            "approvals.escalated": _("The deadline passed, %(to)s is asked, too: %(document_type)s"),
            "approvals.rerouted": _("Who decides has changed, %(to)s is asked now: %(document_type)s"),
            "approvals.voided": _("The request became void, since the record changed: %(document_type)s"),
            "approvals.flow_published": _(
                "%(actor)s published version %(version)s of the flow: %(document_type)s"
            ),
            "approvals.flow_drafted": _("%(actor)s began version %(version)s of the flow: %(document_type)s"),
            "approvals.flow_changed": _("%(actor)s changed the draft of the flow: %(document_type)s"),
            "approvals.flow_discarded": _("%(actor)s discarded the draft of the flow: %(document_type)s"),
        }
    )
    about = _("%(document_type)s: %(title)s%(figures)s")
    register_kinds(
        NoticeKind(
            "approvals.asked",
            _("%(applicant)s asks for your approval"),
            about,
            mail=True,
            tone="attention",
            label=_("Your approval is asked for"),
        ),
        NoticeKind(
            "approvals.asked_as_deputy",
            _("You are asked in the place of %(person)s; %(applicant)s asks"),
            about,
            mail=True,
            tone="attention",
            label=_("Your approval is asked for as a deputy"),
        ),
        NoticeKind(
            "approvals.stands_in",
            _("You stand in for %(person)s"),
            _("From %(from_date)s to %(to_date)s."),
            mail=True,
        ),
        NoticeKind(
            "approvals.reminded",
            _("%(applicant)s waits for your decision"),
            about,
            mail=True,
            tone="attention",
            label=_("An approval waits for you"),
        ),
        NoticeKind(
            "approvals.escalated",
            _("A deadline has passed: you are asked instead of somebody below"),
            about,
            mail=True,
            tone="bad",
        ),
        NoticeKind(
            "approvals.rerouted",
            _("You need not sign any more: %(title)s"),
            _("%(document_type)s, %(applicant)s. Who decides has changed."),
        ),
        NoticeKind(
            "approvals.approved", _("Approved: %(title)s"), _("%(document_type)s, by %(who)s. %(comment)s")
        ),
        NoticeKind(
            "approvals.returned",
            _("Returned to you: %(title)s"),
            _("%(document_type)s, by %(who)s. %(comment)s"),
            mail=True,
            tone="attention",
        ),
        NoticeKind(
            "approvals.rejected",
            _("Rejected: %(title)s"),
            _("%(document_type)s, by %(who)s. %(comment)s"),
            mail=True,
            tone="bad",
        ),
        NoticeKind("approvals.withdrawn", _("Withdrawn: %(title)s"), about),
        NoticeKind(
            "approvals.void",
            _("Void, since the record changed: %(title)s"),
            _("%(document_type)s. %(comment)s"),
        ),
        NoticeKind(
            "approvals.copied", _("For your information: %(title)s"), _("%(document_type)s, %(applicant)s")
        ),
    )
