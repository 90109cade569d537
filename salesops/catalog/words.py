"""Names of seeded things in the reader's language, made from what they are instead of being stored."""

from __future__ import annotations

from decimal import Decimal

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from salesops.catalog.choices import TermBase

_TAXES = {
    "CN": gettext_lazy("China VAT %(rate)s %%"),
    "TW": gettext_lazy("Taiwan business tax %(rate)s %%"),
    "EXPORT": gettext_lazy("Export %(rate)s %%"),
}


def percent(rate: Decimal) -> str:
    """A fraction as a percentage without idle zeros: 0.130000 is 13."""
    return f"{(rate * 100).normalize():f}"


def tax_words(code: str, rate: Decimal) -> str:
    """``CN-13`` is China VAT 13 %; a code of unknown origin stands for itself."""
    template = _TAXES.get(code.split("-")[0])
    return str(template) % {"rate": percent(rate)} if template else code


def currency_words(code: str) -> str:
    """The name of an ISO currency in the active language; empty if unknown."""
    try:
        locale = Locale.parse((get_language() or "en").replace("-", "_"), sep="_")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return str(locale.currencies.get(code, ""))


def term_words(base: str, days: int, fixed_day: int | None, grace_days: int) -> str:
    """A payment term as words: “30 days after the invoice date, on day 25, 5 days of grace”."""
    label = TermBase(base).label
    if base == TermBase.PREPAID:
        parts = [_("Payment before delivery")]
    elif days:
        parts = [
            ngettext("%(days)s day after: %(base)s", "%(days)s days after: %(base)s", days)
            % {"days": days, "base": label}
        ]
    else:
        parts = [_("Due on: %(base)s") % {"base": label}]
    if fixed_day:
        parts.append(_("on day %(day)s of the month") % {"day": fixed_day})
    if grace_days:
        parts.append(
            ngettext("%(days)s day of grace", "%(days)s days of grace", grace_days) % {"days": grace_days}
        )
    return " · ".join(parts)
