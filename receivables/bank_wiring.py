"""What the bank adds at start: policies, masks of the history, rules, job, notices, menu and panels."""

from datetime import time

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.merging import stays
from receivables.checks import bank as checks
from receivables.handbook import bank as rules
from receivables.models import BankAccount, BankLine
from receivables.panels import bank as panels
from receivables.permissions import bank as permissions
from receivables.permissions import sees_accounts
from receivables.selectors.bank import incomplete_in, unmatched_in
from receivables.services.bank_watch import JOB, look_at_bank
from receivables.services.periods import MonthQuestion, month_questions
from salesops.audit.masking import history_masks
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.notifications.registry import NoticeKind, register_kinds


def register() -> None:
    """Called once when the app is ready."""
    permissions.register_policies()
    stays("receivables.BankClaim.customer", "what was claimed for whom stays as it was said")
    for model, column in ((BankAccount, "number"), (BankLine, "payer_account"), (BankLine, "balance")):
        history_masks.hide(model, column, unless=sees_accounts)
    rules.register()
    checks.register()
    panels.register()
    register_job(
        JobDefinition(
            JOB,
            _("Lines of the bank"),
            _("Proposes anew for open lines of the bank and reminds finance of claims nobody decided about."),
            _("every day from 07:20"),
            look_at_bank,
            from_time=time(7, 20),
        )
    )
    month_questions.register(
        "receivables.bank",
        MonthQuestion(
            _("unmatched bank lines"),
            unmatched_in,
            place=lambda month: (
                f"{reverse('receivables:bankline_list')}?work=open&date_min={month.start}&date_max={month.end}"
            ),
            order=20,
        ),
    )
    month_questions.register(
        "receivables.bank_statements",
        MonthQuestion(
            _("bank accounts of which part of the month was not imported"),
            incomplete_in,
            place=lambda month: reverse("receivables:bankaccount_list"),
            order=10,
        ),
    )
    register_reasons({"receivables.claim_waits": _("the claim waits; told %(to)s")})
    register_kinds(
        NoticeKind(
            "receivables.claim_waits",
            _("A claim to %(amount)s %(currency)s waits since %(days)s days"),
            _("%(person)s says it is from %(customer)s. Book it or refuse it."),
            label=_("A claim to bank money waits"),
        ),
        NoticeKind(
            "receivables.claim_confirmed",
            _("%(amount)s %(currency)s are booked for %(customer)s"),
            _("Finance confirmed your claim."),
            label=_("A claim to bank money was confirmed"),
        ),
        NoticeKind(
            "receivables.claim_refused",
            _("%(amount)s %(currency)s are not booked for %(customer)s"),
            _("Finance says: %(reason)s"),
            tone="attention",
            label=_("A claim to bank money was refused"),
        ),
    )
