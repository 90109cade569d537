"""Money on the timeline and among the next steps of its customer."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.about import About
from customers.next_steps import NextStep, next_steps
from customers.story import StoryKind, stories
from receivables.models import CreditNote, Receipt, Receivable
from salesops.handbook.selectors import rule


def soon_due(about: About) -> QuerySet[Receivable]:
    """Open items that are overdue or come due within the handbook's notice."""
    today = timezone.localdate()
    ahead = today + timedelta(days=rule("receivables.notice_days", on=today))
    return about.seen(Receivable).open().filter(due_date__lte=ahead)


def register() -> None:
    """Called when the app is ready."""
    for key, label, model, day, order in (
        ("receivables.receivable", _("Invoiced"), Receivable, "issue_date", 50),
        ("receivables.receipt", _("Receipts"), Receipt, "received_date", 51),
        ("receivables.creditnote", _("Credit notes"), CreditNote, "date", 52),
    ):
        stories.register(
            key,
            StoryKind(
                label,
                model,
                lambda about, model=model: about.seen(model),
                day=day,
                amount=lambda row: (row.amount, row.currency_id),
                order=order,
            ),
        )
    next_steps.register(
        "receivables.due",
        NextStep(
            pgettext_lazy("next step", "Payment due"),
            Receivable,
            soon_due,
            "due_date",
            "number",
            "receivables:receivable_detail",
            order=50,
        ),
    )
