"""The lines of the receivables menu: what is done together stands on one line, its pages are tabs.

A page's order number (in its ``MenuItem``) places it within its line, and the line by its first page.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.ui.registries import line_names, side_by_side

# Main entry of a line, its name, and what stands beside the main entry.
LINES = (
    ("finance_day", _("Finance today"), ()),
    ("items", _("Open items"), ("mine", "disputes")),
    ("receipts", _("Receipts"), ("entries", "unallocated", "papers", "papers_due")),
    ("bank", pgettext_lazy("menu", "Bank"), ("unknown_money", "claims", "statements", "accounts")),
    ("credits", _("Credits and write-offs"), ("adjustments", "refunds", "postings")),
    (
        "collection",
        _("Collection"),
        (
            "promises",
            "contacts",
            "letters",
            "plans",
            "legal",
            "limitation",
            "holders",
            "collecting",
            "ladders",
        ),
    ),
    (
        "assessments",
        pgettext_lazy("of a customer", "Credit"),
        ("holds", "overrides", "risks", "risk_report"),
    ),
    ("account_statements", _("Statements"), ("differences", "coverage")),
    ("ageing", _("Ageing and forecast"), ("bridge", "due", "forecast", "rates")),
    ("months", _("Month end"), ("check", "provisions")),
)


def register() -> None:
    """Called when the app is ready."""
    for main, name, others in LINES:
        side_by_side(f"receivables.{main}", *(f"receivables.{key}" for key in others))
        line_names.register(f"receivables.{main}", name)
