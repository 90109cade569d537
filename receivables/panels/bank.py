"""What the bank adds to pages: menu, progress of a statement, its lines."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer
from receivables.choices.bank import OPEN_LINES
from receivables.models import BankAccount, BankClaim, BankLine, BankStatement, Receivable
from receivables.selectors.bank import differences, gaps_of, progress_of
from salesops.core.policies import can
from salesops.search.registry import SearchKind, register_kinds
from salesops.ui.marks import exact_date
from salesops.ui.registries import (
    MenuItem,
    Panel,
    WorkbenchCard,
    menu,
    panels,
    refusal_labels,
    tones,
    workbench_cards,
)
from salesops.ui.templatetags.ui import money

SHOWN = 50


def of_statement(request: Any, statement: BankStatement) -> dict[str, Any]:
    """How far it is worked through, the days on which bank and receipts differ, and its first lines."""
    lines = statement.lines.all()
    account = statement.account
    return {
        "account": account,
        "statement": statement,
        "progress": progress_of(lines),
        "differences": differences(account, statement.first_date, statement.last_date),
        "gaps": [g.line for g in gaps_of([account.pk]) if g.line.statement_id == statement.pk],
        "rows": list(lines.order_by("position", "pk")[:SHOWN]),
    }


def of_account(request: Any, account: BankAccount) -> dict[str, Any]:
    """The newest statements of an account, and what is missing between them."""
    return {
        "account": account,
        "progress": progress_of(account.lines.all()),
        "statements": list(account.statements.order_by("-last_date", "-pk")[:12]),
        "gaps": [gap.line for gap in gaps_of([account.pk])[:10]],
        "may_upload": can(request.user, "upload", account),
    }


REASONS: dict[str, Any] = {
    "number": _("names %(what)s"),
    "order": _("names the order or contract %(what)s"),
    "account": _("account known from %(what)s earlier receipts or from the file"),
    "name": _("the payer has the customer's name"),
    "name_before": _("%(what)s receipts came from this payer before"),
    "named_sum": _("the named items make exactly this amount"),
    "amount": _("one open item has exactly this amount"),
    "amount_among": _("the oldest of %(what)s open items of exactly this amount"),
    "oldest": _("the %(what)s oldest open items make exactly this amount"),
    "subset": _("%(what)s open items make exactly this amount"),
    "part": _("pays a part of what it names"),
    "unique_amount": _("one of %(what)s customers with an open item of this amount"),
    "doubted": _("money of this payer was not from this customer before"),
    "rest": _("%(what)s stay unallocated"),
}


def of_line(request: Any, line: BankLine) -> dict[str, Any] | None:
    """What is proposed for a line, each with its reasons and items."""
    user = request.user
    if line.state not in OPEN_LINES or not can(user, "match", BankLine):
        return None
    keys = [pk for proposal in line.proposals for pk, _amount in proposal["parts"]]
    items = Receivable.objects.visible_to(user).in_bulk(keys)
    customers = Customer.objects.visible_to(user).in_bulk([each["customer"] for each in line.proposals])
    shown = [
        {
            "customer": customers[proposal["customer"]],
            "score": proposal["score"],
            "reasons": [str(REASONS[code]) % {"what": what} for code, what in proposal["reasons"]],
            "parts": [(items[pk], Decimal(amount)) for pk, amount in proposal["parts"] if pk in items],
        }
        for proposal in line.proposals
        if proposal["customer"] in customers
    ]
    return {"line": line, "proposals": shown, "form_key": str(uuid.uuid4())}


def claims_of_line(request: Any, line: BankLine) -> dict[str, Any] | None:
    """Who claims the money, as far as the person may see it."""
    rows = BankClaim.objects.visible_to(request.user).filter(line=line).select_related("customer", "owner")
    found = list(rows.order_by("pk")[:SHOWN])
    return {"rows": found} if found else None


def to_match_card(request: Any) -> dict[str, Any] | None:
    """Money on the bank that waits for finance to match it."""
    if not can(request.user, "match", BankLine):
        return None
    lines = BankLine.objects.visible_to(request.user).unmatched()
    found = lines.aggregate(
        count=Count("pk"),
        sure=Count("pk", filter=Q(state="proposed")),
        claimed=Count("pk", filter=Q(state="claimed")),
        oldest=Min("date"),
    )
    return found if found["count"] else None


def line_of(line: BankLine, _user: Any) -> str:
    """What stands under a line that was found by its reference."""
    return f"{line.payer or line.text} · {money(line.amount, line.currency_id)} · {exact_date(line.date)}"


def register() -> None:
    """Called when the app is ready."""
    register_kinds(
        SearchKind(BankLine, _("Bank lines"), numbers=("reference",), line=line_of, order=54, icon="coins")
    )
    for key, label, url, model, order in (
        ("bank", pgettext_lazy("menu", "Bank"), "bankline_list", BankLine, 30),
        ("statements", _("Bank statements"), "bankstatement_list", BankStatement, 33),
        ("accounts", _("Bank accounts"), "bankaccount_list", BankAccount, 34),
    ):
        roles = ("finance", "gm", "auditor")
        menu.register(
            f"receivables.{key}",
            MenuItem("receivables", label, f"receivables:{url}", model, "view", roles, order),
        )
    panels.register(
        "receivables.bank_of_account",
        Panel(BankAccount, _("Statements"), "receivables/panel_bank_account.html", of_account, order=10),
    )
    panels.register(
        "receivables.bank_of_statement",
        Panel(BankStatement, _("Progress"), "receivables/panel_bank_statement.html", of_statement, order=10),
    )
    panels.register(
        "receivables.bank_proposals",
        Panel(BankLine, _("Proposals"), "receivables/panel_bank_line.html", of_line, order=10),
    )
    sales = ("rep", "assistant", "lead", "manager")
    menu.register(
        "receivables.unknown_money",
        MenuItem(
            "receivables", _("Unrecognised money"), "receivables:bankline_list", BankLine, "claim", sales, 31
        ),
    )
    menu.register(
        "receivables.claims",
        MenuItem("receivables", _("Claims"), "receivables:bankclaim_list", BankClaim, "view", (), 32),
    )
    panels.register(
        "receivables.bank_claims",
        Panel(BankLine, _("Claims"), "receivables/panel_bank_claims.html", claims_of_line, order=5),
    )
    tones.register(
        BankClaim,
        {
            "open": "attention",
            "confirmed": "good",
            "refused": "bad",
            "withdrawn": "plain",
            "reversed": "plain",
        },
    )
    refusal_labels.register("score", _("How sure, of 100"))
    workbench_cards.register(
        "receivables.bank",
        WorkbenchCard(_("Bank lines to match"), "receivables/card_bank.html", to_match_card, order=14),
    )
    tones.register(
        BankLine,
        {
            "new": "attention",
            "proposed": "info",
            "claimed": "attention",
            "waiting": "info",
            "posted": "good",
            "ignored": "plain",
        },
    )
