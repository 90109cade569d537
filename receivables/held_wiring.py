"""Wiring of drafts and cheques, and of postings that wait for a second person, at start; called from the app's ``ready()``."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext_lazy as _

from customers.merging import stays
from receivables import closing
from receivables.checks import held as checks
from receivables.models import HeldPaperPart
from receivables.panels import held as panels
from receivables.permissions import held as rights
from receivables.selectors.forecast import overrides
from receivables.selectors.held import expected_by_paper
from receivables.services import credit_entries, refunds, writeoffs
from receivables.services.held import JOB, NOTICE, tell_due
from salesops.audit import tracking, verbs
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.notifications.registry import NoticeKind, register_kinds

SENTENCES = {
    "receivables.paper_taken": _("%(actor)s took in %(number)s over %(amount)s %(currency)s, due on %(due)s"),
    "receivables.paper_honoured": _(
        "%(number)s over %(amount)s %(currency)s was honoured and posted as %(receipt)s"
    ),
    "receivables.paper_bounced": _("%(number)s over %(amount)s %(currency)s bounced"),
    "receivables.paper_returned": _("%(actor)s gave %(number)s over %(amount)s %(currency)s back"),
}


def register() -> None:
    """Policies, words, the daily job, pages."""
    stays("receivables.HeldPaper.customer", "posted money never moves; summed with the kept file")
    rights.register_policies()
    verbs.register(SENTENCES)
    tracking.exempt(HeldPaperPart, "append-only: every row is its own history")
    register_job(
        JobDefinition(
            name=JOB,
            title=_("Drafts and cheques that fall due"),
            explain=_("Finance and the owner are told of each paper before its due day."),
            schedule=_("every day from 07:20"),
            run=tell_due,
            from_time=time(7, 20),
        )
    )
    register_reasons({NOTICE: _("%(number)s falls due on %(date)s")})
    register_kinds(
        NoticeKind(
            NOTICE,
            _("%(number)s of %(customer)s falls due on %(date)s"),
            _("Present it, and record whether it was honoured."),
            mail=True,
            tone="info",
            label=_("A draft or cheque falls due"),
        )
    )
    for kind in (credit_entries, refunds, writeoffs):
        kind.register_kind()
    overrides.register("receivables.papers", expected_by_paper)
    checks.register()
    closing.register()
    panels.register()
