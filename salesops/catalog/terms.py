"""Payment terms: the due date of a document, and terms read from free text (domain §6)."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from salesops.catalog.choices import TermBase
from salesops.catalog.models import PaymentTerm
from salesops.core.errors import InvalidInput
from salesops.handbook.selectors import rule


def due_date(
    term: PaymentTerm,
    *,
    invoice: date,
    delivery: date | None = None,
    acceptance: date | None = None,
    sign: date | None = None,
) -> tuple[date, str]:
    """The day on which the money of a document falls due, and how it came about.

    The base day is the one the term counts from; while it is not known, the invoice date stands in and the
    explanation says so. Then days, then the next fixed day of a month (its last day where the month is
    shorter), then grace. No shift for holidays. The explanation is a sentence in the active language.
    """
    base, steps = _base_day(term, invoice, delivery, acceptance, sign)
    day = base
    if term.days and term.base != TermBase.PREPAID:
        day += timedelta(days=term.days)
        steps.append(ngettext("+ %(days)s day", "+ %(days)s days", term.days) % {"days": term.days})
    if term.fixed_day:
        day = _next_fixed(day, term.fixed_day)
        steps.append(_("then the next day %(day)s of a month") % {"day": term.fixed_day})
    if term.grace_days:
        day += timedelta(days=term.grace_days)
        steps.append(
            ngettext("+ %(days)s day of grace", "+ %(days)s days of grace", term.grace_days)
            % {"days": term.grace_days}
        )
    return day, f"{' '.join(steps)} = {date_format(day, 'DATE_FORMAT')}"


def _base_day(
    term: PaymentTerm, invoice: date, delivery: date | None, acceptance: date | None, sign: date | None
) -> tuple[date, list[str]]:
    if term.base == TermBase.END_OF_MONTH:
        base = invoice.replace(day=calendar.monthrange(invoice.year, invoice.month)[1])
    elif term.base == TermBase.START_OF_NEXT_MONTH:
        base = (invoice.replace(day=1) + timedelta(days=32)).replace(day=1)
    else:
        known = {TermBase.DELIVERY: delivery, TermBase.ACCEPTANCE: acceptance, TermBase.SIGN: sign}
        chosen = known.get(TermBase(term.base), invoice)
        if chosen is None:
            words = _("%(base)s not known yet, counted from the invoice date %(date)s")
            return invoice, [
                words % {"base": TermBase(term.base).label, "date": date_format(invoice, "DATE_FORMAT")}
            ]
        base = chosen
    words = f"{TermBase(term.base).label} {date_format(base, 'DATE_FORMAT')}"
    return base, [words]


def _next_fixed(day: date, fixed: int) -> date:
    """The first day ``fixed`` of a month on or after ``day``; in a shorter month its last day."""
    last = calendar.monthrange(day.year, day.month)[1]
    candidate = day.replace(day=min(fixed, last))
    if candidate >= day:
        return candidate
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following.replace(day=min(fixed, calendar.monthrange(following.year, following.month)[1]))


_PREPAID = re.compile(
    r"^(pre-?paid|prepay(ment)?|advance( payment)?|cia|cbd|cash (in advance|before delivery)|"
    r"款到发货|先款后货|预付(款|全款)?|款到出貨|預付(款)?|先付款)$"
)
_AT_ONCE = re.compile(
    r"^(due (up)?on receipt|on receipt|immediate(ly)?|cash|cod|cash on delivery|net ?0|现结|现款现货|"
    r"货到付款|貨到付款|現結|現金|即期|立即付款)$"
)
_NUMBER = r"(?P<days>\d{1,3})"
_DAY = r"(?:days?|d|天|日)?"
# The first pattern that matches gives the base; ``None`` is the handbook's reading of "monthly settlement".
_PATTERNS: list[tuple[re.Pattern[str], str | None]] = [
    (re.compile(rf"^(?:eom|end of month) ?\+? ?{_NUMBER} ?{_DAY}$"), TermBase.END_OF_MONTH),
    (re.compile(rf"^(?:net ?)?{_NUMBER} ?{_DAY} ?(?:eom|end of month|after end of month)$"), TermBase.END_OF_MONTH),
    (re.compile(rf"^(?:月底|月末)(?:后|後)?\+? ?{_NUMBER} ?{_DAY}$"), TermBase.END_OF_MONTH),
    (re.compile(rf"^(?:次月(?:初|1日|一日)?)(?:起|月结|月結)?\+? ?{_NUMBER} ?{_DAY}$"), TermBase.START_OF_NEXT_MONTH),
    (re.compile(rf"^(?:monthly(?: settlement)?|月结|月結) ?\+? ?{_NUMBER} ?{_DAY}$"), None),
    (re.compile(rf"^(?:货到|到货|貨到|到貨|收货后|收貨後|发货后|出貨後|交货后|交貨後) ?{_NUMBER} ?{_DAY}(?:付款)?$"), TermBase.DELIVERY),
    (re.compile(rf"^(?:验收|驗收)(?:合格)?(?:后|後)? ?{_NUMBER} ?{_DAY}(?:付款)?$"), TermBase.ACCEPTANCE),
    (re.compile(rf"^(?:签约|簽約|签订|合同签订|簽訂)(?:后|後)? ?{_NUMBER} ?{_DAY}(?:付款)?$"), TermBase.SIGN),
    (re.compile(rf"^{_NUMBER} ?days? (?:after|from) (?:delivery|shipment|b/l(?: date)?)$"), TermBase.DELIVERY),
    (re.compile(rf"^{_NUMBER} ?days? (?:after|from) acceptance$"), TermBase.ACCEPTANCE),
    (re.compile(rf"^{_NUMBER} ?days? (?:after|from) (?:signing|contract(?: date)?|signature)$"), TermBase.SIGN),
    (re.compile(rf"^(?:net|n|t/t|tt|o/a|oa|d/a|票到|开票后|開票後|发票后|發票後|账期|帳期)? ?{_NUMBER} ?{_DAY}(?: (?:after|from) invoice(?: date)?| net|付款)?$"), TermBase.INVOICE),
]  # fmt: skip
_CODES = {
    TermBase.INVOICE: "NET",
    TermBase.END_OF_MONTH: "EOM",
    TermBase.START_OF_NEXT_MONTH: "BOM",
    TermBase.DELIVERY: "DEL",
    TermBase.ACCEPTANCE: "ACC",
    TermBase.SIGN: "SIGN",
}


def parse_term(text: str, *, on: date) -> tuple[str, int] | None:
    """(base, days) of a term in words, as of the handbook of a day; None when it is not understood."""
    words = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().lower()
    if _PREPAID.match(words):
        return TermBase.PREPAID, 0
    if _AT_ONCE.match(words):
        return TermBase.INVOICE, 0
    for pattern, base in _PATTERNS:
        if match := pattern.match(words):
            return base or rule("catalog.monthly_settlement", on=on), int(match["days"])
    return None


def find_or_parse_term(text: str, *, on: date | None = None) -> PaymentTerm:
    """The payment term meant by a code, a name or words such as ``net 30``, ``月结30天``, ``30``, ``prepaid``.

    A term that is understood but not in the list yet is added to it. ``on`` picks the handbook's reading of
    "monthly settlement" (default: its newest). Raises ``InvalidInput`` for words that say nothing certain.
    """
    given = str(text or "").strip()
    found = PaymentTerm.objects.filter(code__iexact=given).first() if given else None
    found = found or (PaymentTerm.objects.filter(name__iexact=given).first() if given else None)
    if found:
        return found
    parsed = parse_term(given, on=on or date.max)
    if parsed is None:
        raise InvalidInput(
            _("“%(text)s” is not a payment term.") % {"text": given[:60]},
            field="payment_terms",
            way_out=_("Write it as net 30, 月结30天, prepaid, or use the code of a term in the catalog."),
        )
    base, days = parsed
    same = (
        PaymentTerm.objects.filter(base=base, days=days, fixed_day=None, grace_days=0).order_by("pk").first()
    )
    if same:
        return same
    code = "PREPAID" if base == TermBase.PREPAID else f"{_CODES[TermBase(base)]}-{days}"
    number = 1
    while True:  # a code of ours that somebody gave another meaning is left alone
        tried = code if number == 1 else f"{code}-{number}"
        term, created = PaymentTerm.objects.get_or_create(code=tried, defaults={"base": base, "days": days})
        if created or (term.base, term.days, term.fixed_day, term.grace_days) == (base, days, None, 0):
            return term
        number += 1
