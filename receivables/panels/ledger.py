"""What the ledger adds to other pages: menu, customer and order pages, workbench, search, colours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.about import About, QuestionAbout, asked_about
from customers.selectors import family_of
from receivables import credit
from receivables.choices import GroupBy
from receivables.models import (
    Adjustment,
    CreditNote,
    PeriodLock,
    PostingEntry,
    Receipt,
    ReceiptEntry,
    Receivable,
    Refund,
)
from receivables.selectors import AgeingQuery, ageing_report
from receivables.services.statements import may_ask
from salesops.core.policies import can, policy_of
from salesops.handbook.selectors import rule
from salesops.search.registry import SearchKind, register_kinds
from salesops.ui.marks import exact_date
from salesops.ui.registries import (
    MenuItem,
    Panel,
    QuickAdd,
    WorkbenchCard,
    menu,
    panels,
    quick_adds,
    refusal_labels,
    stylesheets,
    tones,
    workbench_cards,
)
from salesops.ui.templatetags.ui import money

SHOWN = 8
FIGURES = {
    "order_total": _("This order"),
    "overdue_days": _("Longest overdue, days"),
}


def _oldest_of(about: About) -> QuerySet[Receivable]:
    return about.seen(Receivable).open().oldest_first()[:SHOWN]


_oldest = QuestionAbout(_oldest_of)


def of_customer(request: Any, customer: Any) -> dict[str, Any] | None:
    """What the customer owes, how old it is, and what it has to its credit."""
    user = request.user
    if not can(user, "view", Receivable):
        return None
    today = timezone.localdate()
    steps = tuple(rule("receivables.ageing_buckets", on=today))
    query = AgeingQuery(
        as_of=today,
        by=GroupBy.NONE,
        steps=steps,
        user=user,
        customer=customer.pk,
        family=tuple(family_of(customer)),
        stored=True,
    )
    total = ageing_report(query, limit=0).total
    whole = total.outstanding
    rows = asked_about(user, query.family, (Receivable,), _oldest)
    return {
        "figures": total,
        "oldest_days": max((today - rows[0].due_date).days, 0) if rows else 0,
        "customer": customer,
        "base": settings.BASE_CURRENCY,
        "rows": rows,
        "today": today,
        "bars": [
            {
                "label": label,
                "amount": amount,
                "tone": min(n, 4),
                "width": max(int(amount * 100 / whole), 1),
            }
            for n, (label, amount) in enumerate(total)
            if amount
        ]
        if whole
        else [],
        "may_record": can(user, "add", Receipt),
        "may_ask": may_ask(user, customer),
    }


def of_order(request: Any, order: Any) -> dict[str, Any] | None:
    """The receivable of an order."""
    if not can(request.user, "view", Receivable):
        return None
    rows = list(Receivable.objects.visible_to(request.user).filter(order=order).order_by("pk")[:SHOWN])
    return {"rows": rows, "today": timezone.localdate()} if rows else None


def lines_of(request: Any, document: Any) -> dict[str, Any] | None:
    """The settlement history of a receivable, receipt or credit note, newest first."""
    rows = list(
        document.lines.select_related(
            "receivable", "refund", "receipt", "credit_note", "adjustment", "recorded_by", "reversed_by"
        ).order_by("-date", "-pk")[:200]
    )
    standing = sum(row.amount for row in rows)
    return {
        "rows": rows,
        "object": document,
        "of_item": isinstance(document, Receivable | Refund),
        "sum": standing,
        "may_reverse": can(request.user, "reverse", Receipt),
    }


def reminders_of(request: Any, item: Receivable) -> dict[str, Any] | None:
    rows = list(item.reminders.select_related("recipient").order_by("-date", "-pk")[:20])
    return {"rows": rows} if rows else None


def due_card(request: Any) -> dict[str, Any] | None:
    """Mine that is overdue or due soon, the oldest first."""
    today = timezone.localdate()
    soon = today + timedelta(days=rule("receivables.due_soon_days", on=today))
    own = policy_of(Receivable).own(request.user)
    mine = Receivable.objects.visible_to(request.user).open().filter(own, due_date__lte=soon)
    rows = list(mine.select_related("customer").oldest_first()[: SHOWN + 1])
    if not rows:
        return None
    return {"rows": rows[:SHOWN], "more": len(rows) > SHOWN, "today": today}


def unallocated_card(request: Any) -> dict[str, Any] | None:
    """Money that waits for finance to allocate it."""
    user = request.user
    if not can(user, "allocate", Receipt):
        return None
    money = Receipt.objects.visible_to(user).unallocated()
    rows = list(money.select_related("customer").order_by("received_date", "pk")[: SHOWN + 1])
    if not rows:
        return None
    return {
        "rows": rows[:SHOWN],
        "more": len(rows) > SHOWN,
        "total": money.aggregate(total=Sum("base_amount"))["total"],
    }


def line_of(document: Receivable | Receipt | CreditNote, _user: Any) -> str:
    """What stands under a document's number where it was found."""
    day = getattr(document, "due_date", None) or getattr(document, "received_date", None) or document.date
    return f"{document.customer} · {money(document.amount, document.currency_id)} · {exact_date(day)}"


def register() -> None:
    """Called when the app is ready."""
    entries = (
        ("finance_day", _("Finance today"), "finance_day", None, "view", ("finance", "gm", "auditor"), 5),
        ("items", _("Open items"), "receivable_list", Receivable, "view", (), 10),
        ("mine", _("My receivables"), "my_receivables", Receivable, "view", ("rep", "lead"), 11),
        ("receipts", _("Receipts"), "receipt_list", Receipt, "view", (), 20),
        (
            "entries",
            _("Receipts to be checked"),
            "receiptentry_list",
            ReceiptEntry,
            "view",
            ("finance", "gm", "auditor"),
            22,
        ),
        (
            "postings",
            _("Postings to be checked"),
            "postingentry_list",
            PostingEntry,
            "view",
            ("finance", "gm", "auditor"),
            46,
        ),
        ("unallocated", _("Unallocated money"), "unallocated", Receipt, "view", (), 23),
        ("credits", _("Credit notes"), "creditnote_list", CreditNote, "view", (), 40),
        ("adjustments", _("Write-offs and differences"), "adjustment_list", Adjustment, "view", (), 42),
        ("refunds", _("Refunds"), "refund_list", Refund, "view", (), 44),
        ("ageing", _("Ageing"), "ageing", Receivable, "view", (), 80),
        ("bridge", _("Bridge"), "bridge", Receivable, "view", (), 81),
        ("months", pgettext_lazy("of the ledger", "Months"), "periodlock_list", PeriodLock, "view", (), 90),
        ("check", _("Checking the books"), "check", None, "view", ("finance", "auditor", "gm"), 91),
    )
    for key, label, url, model, verb, roles, order in entries:
        menu.register(
            f"receivables.{key}",
            MenuItem("receivables", label, f"receivables:{url}", model, verb, roles, order),
        )
    panels.register(
        "receivables.of_customer",
        Panel(
            "customers.Customer",
            _("Receivables"),
            "receivables/panel_customer.html",
            of_customer,
            order=20,
            later=True,
        ),
    )
    panels.register(
        "receivables.credit",
        Panel(
            "customers.Customer",
            pgettext_lazy("of a customer", "Credit"),
            "receivables/panel_credit.html",
            credit.of_customer,
            order=22,
            later=True,
        ),
    )
    for name, label in FIGURES.items():
        refusal_labels.register(name, label)
    panels.register(
        "receivables.of_order",
        Panel("orders.Order", _("Receivable"), "receivables/panel_order.html", of_order, order=30),
    )
    for model, name in (
        (Receivable, "item"), (Receipt, "receipt"), (CreditNote, "credit"), (Adjustment, "adjustment"), (Refund, "refund"),
    ):  # fmt: skip
        panels.register(
            f"receivables.lines_of_{name}",
            Panel(model, _("Settlements"), "receivables/panel_lines.html", lines_of, order=10),
        )
    panels.register(
        "receivables.reminders",
        Panel(Receivable, _("Reminders"), "receivables/panel_reminders.html", reminders_of, order=20),
    )
    quick_adds.register(
        "receivables.receipt",
        QuickAdd(_("Receipt"), "receivables:receipt_create", model=Receipt, order=40, icon="coins"),
    )
    workbench_cards.register(
        "receivables.due", WorkbenchCard(_("Payments due"), "receivables/card_due.html", due_card, order=50)
    )
    workbench_cards.register(
        "receivables.unallocated",
        WorkbenchCard(
            _("Money to allocate"), "receivables/card_unallocated.html", unallocated_card, order=15
        ),
    )
    for model, label, numbers, order in (
        (Receivable, _("Receivables"), ("number",), 50),
        (Receipt, _("Receipts"), ("number", "bank_reference"), 52),
        (CreditNote, _("Credit notes"), ("number",), 54),
        (Adjustment, _("Write-offs and differences"), ("number",), 55),
        (Refund, _("Refunds"), ("number", "bank_reference"), 56),
    ):
        register_kinds(
            SearchKind(
                model,
                label,
                numbers=numbers,
                line=line_of,
                related=("customer",),
                order=order,
                icon="coins",
            )
        )
    register_kinds(
        SearchKind(
            ReceiptEntry,
            _("Receipts to be checked"),
            numbers=("bank_reference",),
            line=line_of,
            related=("customer",),
            order=53,
            icon="coins",
            where=Q(state="entered"),
            watched=("state",),
        )
    )
    stylesheets.register("receivables", "css/receivables.css")
    tones.register(Refund, {"to_pay": "attention", "paid": "good", "reversed": "plain", "reversal": "plain"})
    for waiting in (ReceiptEntry, PostingEntry):
        tones.register(waiting, {"entered": "attention", "confirmed": "good", "rejected": "plain"})
    tones.register(Receivable, {"open": "info", "partial": "attention", "overdue": "bad", "settled": "good"})
    for model in (Receipt, CreditNote):
        tones.register(
            model,
            {
                "unallocated": "attention",
                "partial": "attention",
                "allocated": "good",
                "reversed": "plain",
                "reversal": "plain",
            },
        )
