"""Invariants of the figures, for ``check_books``: what is published is the sum of its frozen rows."""

from django.utils.translation import gettext_lazy as _

from performance.kpis.definition import sql_text
from receivables.checks import register_check


def register() -> None:
    register_check(
        "performance.posts_are_rows",
        _("Frozen sums by person and team are the sums of their rows"),
        sql_text("check_posts"),
    )
    register_check(
        "performance.figures_are_rows",
        _("Published figures are the sums of their rows"),
        sql_text("check_figures"),
    )
    register_check(
        "performance.closed_months_have_rows",
        _("A closed month holds as many rows as were counted at its close"),
        sql_text("check_counts"),
    )
    register_check(
        "performance.last_contacts",
        _("The days of last contact kept for each customer are those of its visits"),
        sql_text("check_contacts"),
    )
