"""What statements show on the pages of others, their menu and their place in the search."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from receivables.models import Receivable, Statement, StatementDifference
from salesops.search.registry import SearchKind, register_kinds
from salesops.ui.marks import exact_date
from salesops.ui.registries import MenuItem, menu, tones
from salesops.ui.templatetags.ui import money


def line_of(statement: Statement, _user: Any) -> str:
    """What stands under a statement's number where it was found."""
    shown = money(statement.closing, statement.currency_id)
    return f"{statement.customer} · {shown} · {exact_date(statement.until)}"


def register_figures() -> None:
    """Called when the app is ready."""
    for key, label, url, model, order in (
        ("rates", _("Collection rates"), "rates", Receivable, 84),
        ("due", _("What falls due"), "due_calendar", Receivable, 82),
        ("forecast", _("Cash forecast"), "forecast", Receivable, 83),
        ("account_statements", _("Statements"), "statement_list", Statement, 70),
        ("differences", _("Differences"), "statementdifference_list", StatementDifference, 71),
        ("coverage", _("Confirmed balances"), "coverage", Receivable, 72),
    ):
        menu.register(
            f"receivables.{key}",
            MenuItem("receivables", label, f"receivables:{url}", model, "view", (), order),
        )
    tones.register(Statement, {"sent": "info", "confirmed": "good", "differs": "attention"})
    register_kinds(
        SearchKind(
            Statement,
            _("Statements"),
            numbers=("number",),
            line=line_of,
            related=("customer",),
            order=56,
            icon="coins",
        )
    )
