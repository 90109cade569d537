"""What is registered for statements: the page for outsiders, notices, the daily job, hand-over."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext_lazy as _

from receivables.services import statements as service
from receivables.services.statement_runs import (
    BULK,
    OUTBOX,
    REMIND,
    deliver,
    remind_statements,
    send_asked,
)
from salesops.jobs.registry import (
    JobDefinition,
    leased_kinds,
    register_job,
    register_outbox,
    register_reasons,
)
from salesops.notifications.registry import NoticeKind, register_kinds
from salesops.notifications.services.outsiders import LinkPurpose, link_purposes


def register() -> None:
    """Called when the app is ready."""
    link_purposes.register(
        service.PURPOSE,
        LinkPurpose(
            service.PURPOSE,
            _("Please confirm your statement of account"),
            _("Compare our lines with your books. If all agrees, your name is enough."),
            _("Send the answer"),
            show=service.show,
            act=service.answer,
            fields=(
                ("name", _("Your name"), service.LONGEST_NAME),
                ("difference", _("What else does not agree (empty if all agrees)"), service.LONGEST_WORDS),
            ),
            fields_of=service.fields_of,
            part="receivables/outside_statement.html",
            shown=service.shown,
            language=lambda statement: statement.language,
            files=service.files,
        ),
    )
    register_job(
        JobDefinition(
            name=BULK,
            title=_("Statements in bulk"),
            explain=_(
                "Sends the statements that finance asked for today, and says who was left out and why."
            ),
            schedule=_("when finance asks for it"),
            run=send_asked,
            automatic=False,
        )
    )
    register_job(
        JobDefinition(
            name=REMIND,
            title=_("Statements without an answer"),
            explain=_(
                "Mails a new link where a customer has not answered; after the last one the owner is told."
            ),
            schedule=_("every day from 08:00"),
            run=remind_statements,
            from_time=time(8, 0),
        )
    )
    register_outbox(
        OUTBOX, deliver, _("Statements in bulk"), lambda payload: f"{payload['since']} – {payload['until']}"
    )
    leased_kinds.add(OUTBOX)
    register_reasons(
        {
            "receivables.statement_sent": _("%(customer)s: %(amount)s, sent to %(recipient)s"),
            "receivables.statement_reminded": _("%(customer)s was reminded of %(number)s"),
            "receivables.statement_given_up": _("%(customer)s does not answer %(number)s; its owner is told"),
            "receivables.statement_no_email": _("the customer has no main contact with an e-mail address"),
            "receivables.statement_nothing": _("nothing is open and nothing moved"),
            "receivables.statement_had_one": _("a statement to this day was sent already"),
            "receivables.statement_not_allowed": _("who sent it may not send it any more"),
            "receivables.statement_too_long": _("more lines than a statement holds"),
        }
    )
    register_kinds(
        NoticeKind(
            "receivables.balance_agreed",
            _("%(customer)s confirms the balance of %(balance_date)s"),
            "%(amount)s · %(person)s",
            label=_("A customer confirms a balance"),
        ),
        NoticeKind(
            "receivables.balance_differs",
            _("%(customer)s does not agree with the balance of %(balance_date)s"),
            _("%(person)s writes: “%(words)s”"),
            mail=True,
            tone="attention",
            label=_("A customer does not agree with a balance"),
        ),
        NoticeKind(
            "receivables.statement_unanswered",
            _("%(customer)s has not answered statement %(number)s"),
            _("It was reminded as often as the handbook says. Please call."),
            tone="attention",
            label=_("A statement stays without an answer"),
        ),
    )
