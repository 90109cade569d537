"""The daily job of this app, the sentences of its reasons and its kinds of notice."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from receivables.models.assessment import words_of_cause
from receivables.services.book_watch import JOB as BOOKS
from receivables.services.book_watch import look_at_books
from receivables.services.reminders import JOB, send_reminders
from receivables.services.reviews import JOB as REVIEWS
from receivables.services.reviews import credit_reviews
from receivables.services.risks import JOB as RISKS
from receivables.services.risks import risk_warnings
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.notifications.registry import NoticeKind, codes, register_kinds

REASONS = {
    "receivables.notice_sent": ngettext_lazy(
        "%(number)s is due in %(days)s day; told %(to)s",
        "%(number)s is due in %(days)s days; told %(to)s",
        "days",
    ),
    "receivables.overdue_sent": ngettext_lazy(
        "%(number)s is %(days)s day overdue; told %(to)s",
        "%(number)s is %(days)s days overdue; told %(to)s",
        "days",
    ),
    "receivables.disputed": _("disputed: reminders rest until it is resolved"),
    "receivables.under_tolerance": _("less is open than the handbook has people reminded of"),
    "receivables.no_step_yet": _("overdue, but the first reminder is not due yet"),
    "receivables.already_reminded": _("reminded of this step already"),
    "receivables.no_owner": _("nobody in post owns it"),
    "receivables.no_superior": _("its owner has no superior in post"),
    "receivables.customer_without_email": _("the customer has no main contact with an e-mail address"),
    "receivables.settled": _("settled"),
    "receivables.risk_raised": _("likely to pay late, score %(score)s"),
    "receivables.rule_broken": _("%(count)s rows break this rule: %(rows)s"),
    "receivables.risk_gone": _("no sign of late payment any more"),
    "receivables.review_opened": _("the assessment ends on %(until)s; the next one is opened"),
}


def register() -> None:
    """Name the job and its words; called from the app's ``ready()``."""
    register_job(
        JobDefinition(
            name=JOB,
            title=_("Payment reminders"),
            explain=_(
                "Settlement notices before the due date to the owner and, where the handbook says so, to the "
                "customer; overdue notices to the owner and the superior."
            ),
            schedule=_("every day from 07:30"),
            run=send_reminders,
            from_time=time(7, 30),
        )
    )
    register_job(
        JobDefinition(
            name=REVIEWS,
            title=_("Credit reviews"),
            explain=_(
                "Opens the next assessment of customers whose last one ends soon, and tells whoever has them."
            ),
            schedule=_("every day from 07:40"),
            run=credit_reviews,
            from_time=time(7, 40),
        )
    )
    register_job(
        JobDefinition(
            name=RISKS,
            title=_("Risk warnings"),
            explain=_(
                "Looks through all customers for signs that they will pay late, and warns whoever has them."
            ),
            schedule=_("every day from 05:30"),
            run=risk_warnings,
            from_time=time(5, 30),
        )
    )
    register_job(
        JobDefinition(
            name=BOOKS,
            title=_("Checking the books"),
            explain=_(
                "Recomputes every rule of the books and tells finance and the administrator what is broken."
            ),
            schedule=_("every day from 04:30"),
            run=look_at_books,
            from_time=time(4, 30),
        )
    )
    register_reasons(REASONS)
    codes.register("why", words_of_cause)
    register_kinds(
        NoticeKind(
            "receivables.credit_free",
            _("Money came in: %(order)s of %(customer)s can go on"),
            _("The credit stops it no more."),
            mail=True,
            tone="info",
            label=_("An order that the credit stopped can go on"),
        ),
        NoticeKind(
            "receivables.books_broken",
            _("%(count)s rules of the books are broken"),
            _("Open the check: it names the rows of each."),
            mail=True,
            tone="bad",
            label=_("A rule of the books is broken"),
        ),
        NoticeKind(
            "receivables.risk",
            _("%(customer)s is likely to pay late (score %(score)s)"),
            _("Look at the reasons and say what is done."),
            mail=True,
            tone="attention",
            label=_("A customer is likely to pay late"),
        ),
        NoticeKind(
            "receivables.credit_review",
            _("The credit of %(customer)s is to be assessed anew: %(why)s"),
            _("Complete the draft and hand it in."),
            mail=True,
            tone="attention",
            label=_("A customer's credit is to be assessed"),
        ),
        NoticeKind(
            "receivables.hold_placed",
            _("%(customer)s is on hold: %(reason)s%(chased)s"),
            _("Orders or shipments of this customer are stopped until the hold is lifted."),
            mail=True,
            tone="bad",
            label=_("A customer is put on hold"),
        ),
        NoticeKind(
            "receivables.hold_lifted",
            _("The hold on %(customer)s is lifted: %(reason)s%(settled)s"),
            _("Its orders can go on."),
            label=_("A hold is lifted"),
        ),
        NoticeKind(
            "receivables.notice",
            _("%(number)s of %(customer)s falls due soon: %(amount)s %(currency)s"),
            _("Remind the customer before the due date."),
            label=_("A receivable falls due soon"),
        ),
        NoticeKind(
            "receivables.notice_many",
            _("%(count)s receivables fall due soon: %(amount)s %(currency)s"),
            _("Remind the customers before the due dates."),
            label=_("Several receivables fall due soon"),
        ),
        NoticeKind(
            "receivables.overdue",
            _("%(number)s of %(customer)s is overdue: %(amount)s %(currency)s"),
            _("Ask for the reason and agree on a date."),
            mail=True,
            tone="bad",
            label=_("A receivable is overdue"),
        ),
        NoticeKind(
            "receivables.overdue_many",
            _("%(count)s receivables are overdue: %(amount)s %(currency)s"),
            _("Ask for the reasons and agree on dates."),
            mail=True,
            tone="bad",
            label=_("Several receivables are overdue"),
        ),
    )
