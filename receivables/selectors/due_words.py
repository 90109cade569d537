"""How the due date of an item came about, told in the language of whoever reads it."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from receivables.choices import Source
from receivables.models import Receivable
from receivables.selectors.plan_rows import due_of_row
from salesops.catalog.terms import due_date


def due_words(item: Receivable) -> str:
    """Told anew from the facts of the item; as it was written where they do not give the same day any more."""
    if not item.due_rule:
        return ""
    day, words = _told_anew(item)
    return words if day == item.due_date else item.due_rule


def _told_anew(item: Receivable) -> tuple[date, str]:
    release = getattr(item, "release", None)
    if release is not None:
        return release.due_date, words_of_release(release.date)
    if item.source == Source.RETENTION and item.retention_of and item.retention_until:
        return item.retention_until, words_of_retention(item.retention_of.number, item.retention_until)
    order, contract = item.order, item.contract
    shipped = order.shipped_date if order else None
    if item.plan_row is not None and contract is not None:
        day, words, _until = due_of_row(contract, item.plan_row, on=item.issue_date, shipped=shipped)
        return day, words
    if item.payment_term is not None:
        signed = contract.signed_date if contract else None
        return due_date(item.payment_term, invoice=item.issue_date, delivery=shipped, sign=signed)
    return item.due_date, words_without_terms((item.due_date - item.issue_date).days)


def words_of_release(day: date) -> str:
    """Retention that was released on a day is due from then on."""
    return gettext("retention released on %(date)s") % {"date": date_format(day, "DATE_FORMAT")}


def words_of_retention(number: str, until: date) -> str:
    """Part of item ``number`` that is kept until the end of the warranty."""
    words = {"number": number, "date": date_format(until, "DATE_FORMAT")}
    return gettext("held back of %(number)s until %(date)s") % words


def words_without_terms(days: int) -> str:
    """Nothing was agreed: the handbook's days (R-2) after the issue date."""
    words = ngettext(
        "no terms agreed: issue date + %(days)s day", "no terms agreed: issue date + %(days)s days", days
    )
    return words % {"days": days}
