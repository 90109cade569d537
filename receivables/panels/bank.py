"""What the bank adds to pages: menu, progress of a statement, its lines."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.models import BankAccount, BankLine, BankStatement
from receivables.selectors.bank import differences, gaps_of, progress_of
from salesops.core.policies import can
from salesops.ui.registries import MenuItem, Panel, menu, panels, side_by_side, tones

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
        "gaps": [line for line in gaps_of([account.pk]) if line.statement_id == statement.pk],
        "rows": list(lines.order_by("position", "pk")[:SHOWN]),
    }


def of_account(request: Any, account: BankAccount) -> dict[str, Any]:
    """The newest statements of an account, and what is missing between them."""
    return {
        "account": account,
        "progress": progress_of(account.lines.all()),
        "statements": list(account.statements.order_by("-last_date", "-pk")[:12]),
        "gaps": gaps_of([account.pk])[:10],
        "may_upload": can(request.user, "upload", account),
    }


def register() -> None:
    """Called when the app is ready."""
    for key, label, url, model, order in (
        ("bank", pgettext_lazy("menu", "Bank"), "bankline_list", BankLine, 22),
        ("statements", _("Bank statements"), "bankstatement_list", BankStatement, 23),
        ("accounts", _("Bank accounts"), "bankaccount_list", BankAccount, 24),
    ):
        roles = ("finance", "gm", "auditor")
        menu.register(
            f"receivables.{key}",
            MenuItem("receivables", label, f"receivables:{url}", model, "view", roles, order),
        )
    side_by_side("receivables.bank", "receivables.statements", "receivables.accounts")
    panels.register(
        "receivables.bank_of_account",
        Panel(BankAccount, _("Statements"), "receivables/panel_bank_account.html", of_account, order=10),
    )
    panels.register(
        "receivables.bank_of_statement",
        Panel(BankStatement, _("Progress"), "receivables/panel_bank_statement.html", of_statement, order=10),
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
