"""What every posting of the ledger checks first: permission, amount, date, month, rate, holder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, CustomerOwnership
from receivables.errors import MonthClosed, NotReversible, OverAllocation, WrongSide
from receivables.models import PeriodLock
from salesops.accounts.models import Team, User
from salesops.accounts.selectors import team_on
from salesops.catalog.selectors import rate_to_base
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, Conflict, InvalidInput, NotAllowed
from salesops.core.inputs import fitting
from salesops.core.money import convert, next_share
from salesops.core.policies import can, policy_of


def require_right(actor: Any, verb: str, subject: Model | type[Model]) -> None:
    """Raise ``NotAllowed`` unless ``actor`` may; ``None`` is the system itself."""
    if actor is not None and not can(actor, verb, subject):
        raise NotAllowed(
            _("You may not do this in the ledger."),
            way_out=_("Finance records, allocates and reverses; ask them."),
            release=AskOffer(
                _("Please do this in the ledger: %(record)s")
                % {"record": subject if isinstance(subject, Model) else subject._meta.verbose_name_plural},
                roles=(Role.FINANCE,),
                subject=subject if isinstance(subject, Model) else None,
            ),
        )


def require_visible(actor: Any, subject: Model, *, field: str = "") -> None:
    """Both sides of an act must be the actor's to see (Z6, Z7); a foreign row is as good as absent."""
    if actor is None:
        return
    model = type(subject)
    rows = policy_of(model).scope(actor)
    if rows != Q() and not model._default_manager.filter(rows, pk=subject.pk).exists():
        raise InvalidInput(_("There is no such record for you."), field=field)


def require_date(day: date, *, at: datetime, field: str = "date") -> date:
    """A posting date: not in the future of ``at``, in a month that is open."""
    today = timezone.localdate(at)
    if day > today:
        raise InvalidInput(
            _("%(date)s lies in the future.") % {"date": day}, field=field, way_out=_("Post it on that day.")
        )
    require_open_month(day, field=field)
    return day


def require_open_month(day: date, *, field: str = "date") -> None:
    """Raise ``MonthClosed`` when the ledger is closed for the month of ``day``; the trigger looks again."""
    if not 1990 <= day.year <= 2100:
        raise InvalidInput(_("%(date)s is no plausible date.") % {"date": day}, field=field)
    if PeriodLock.objects.filter(module="receivables", month=day.replace(day=1), closed=True).exists():
        raise month_closed(day, field=field)


def month_closed(day: date | None, *, field: str = "date") -> MonthClosed:
    return MonthClosed(
        _("The ledger is closed for %(month)s.") % {"month": f"{day:%Y-%m}" if day else "…"},
        field=field,
        way_out=_("Post with a date in an open month."),
    )


def base_of(
    amount: Decimal, currency: str, *, on: date, rate: Decimal | None = None
) -> tuple[Decimal, Decimal]:
    """Rate of the posting day (or the one given) and the amount in base currency, both fixed from then on."""
    rate = rate_to_base(currency, on=on) if rate is None else rate
    return rate, fitting(convert(amount, rate))


def holder_on(customer: Customer, on: date) -> User | None:
    """Who held the customer on a day: the largest share of that day, else today's owner of the file."""
    row = (
        CustomerOwnership.objects.filter(customer=customer, from_date__lte=on)
        .exclude(to_date__lt=on)
        .order_by("-share", "pk")
        .select_related("owner")
        .first()
    )
    return row.owner if row else customer.owner


def team_of(owner: User | None, on: date, customer: Customer | None = None) -> Team | None:
    """The team of the document's day, else the customer's; facts of that day count for that team."""
    return (team_on(owner, on) if owner else None) or (customer.team if customer else None)


class Shares:
    """What the next parts of a document take of its base amount, so that all of them make the whole to the cent."""

    def __init__(self, document: Any) -> None:
        self.amount, self.base_amount = document.amount, document.base_amount
        self.used, self.used_base = document.used, document.used_base

    def difference(self, part: Decimal, base: Decimal) -> Decimal:
        """Exchange difference of a line: what it takes of the document less what it settles (``base``)."""
        share = next_share(self.amount, self.base_amount, used=self.used, used_base=self.used_base, part=part)
        self.used, self.used_base = self.used + part, self.used_base + share
        return share - base


_BROKEN = {
    "receivables_receivable_never_oversettled": (
        OverAllocation,
        _("More than is outstanding cannot be settled."),
    ),
    "receivables_receivable_base_closes_exactly": (
        OverAllocation,
        _("More than is outstanding cannot be settled."),
    ),
    "receivables_receipt_never_overused": (OverAllocation, _("More than was received cannot be allocated.")),
    "receivables_creditnote_never_overused": (
        OverAllocation,
        _("More than was credited cannot be allocated."),
    ),
    "receivables_line_same_customer": (WrongSide, _("The two documents belong to different customers.")),
    "receivables_line_same_currency": (WrongSide, _("The two documents are in different currencies.")),
    "receivables_line_document_reversed": (NotReversible, _("The document was reversed meanwhile.")),
    "receivables_line_mirrors_original": (NotReversible, _("This settlement cannot be reversed.")),
    "receivables_receipt_mirrors_original": (NotReversible, _("This receipt cannot be reversed.")),
    "receivables_creditnote_mirrors_original": (
        NotReversible,
        _("This credit note cannot be reversed."),
    ),
    "receivables_line_not_beyond_then": (
        OverAllocation,
        _("On that day something else stood against it, which was taken back only later."),
    ),
    "receivables_line_adjusts_its_item": (WrongSide, _("This gives up something of another receivable.")),
    "receivables_refund_mirrors_original": (NotReversible, _("This refund cannot be reversed.")),
    "receivables_refund_is_paid_once": (NotReversible, _("The payment of this refund is recorded already.")),
    "receivables_adjustment_recovers_its_write_off": (
        OverAllocation,
        _("More than was written off cannot be recovered."),
    ),
    "receivables_receivable_own_papers": (
        WrongSide,
        _("Order or contract belong to another customer, or the order is in another currency."),
    ),
    "receivables_receivable_not_beyond_order": (
        Conflict,
        _("More than the order comes to cannot be billed."),
    ),
    "receivables_receivable_not_beyond_contract": (
        Conflict,
        _("More than the contract comes to cannot be billed."),
    ),
    "receivables_receivable_not_beyond_row": (
        Conflict,
        _("More than the row of the payment plan comes to cannot be billed."),
    ),
    "receivables_taxinvoice_not_beyond_item": (Conflict, _("More than an item comes to cannot be invoiced.")),
    "receivables_taxinvoice_not_beyond_contract": (
        Conflict,
        _("More than the contract comes to cannot be invoiced."),
    ),
    "receivables_taxinvoice_not_beyond_original": (
        Conflict,
        _("More than the invoice comes to cannot be taken back."),
    ),
    "receivables_receivable_once_per_fact": (Conflict, _("This row of the plan is billed already.")),
    "receivables_creditnote_own_item": (
        WrongSide,
        _("The receivable belongs to another customer or is in another currency."),
    ),
    "receivables_release_fits_item": (Conflict, _("The retention changed meanwhile.")),
    "receivables_release_never_later_nor_in_the_past": (
        Conflict,
        _("A release makes retention due earlier, from its own day on."),
    ),
    "receivables_line_held_back_stays": (
        NotReversible,
        _("What is held back is an item of its own and comes back by its release."),
    ),
    "receivables_dispute_one_open": (Conflict, _("The item is disputed already.")),
    "receivables_dispute_fits_item": (
        Conflict,
        _("The dispute is larger than what is outstanding, or older than the item."),
    ),
    "receivables_line_date_before_documents": (
        InvalidInput,
        _("A settlement cannot be dated before its documents."),
    ),
    "receivables_month_closed": (MonthClosed, _("The ledger is closed for this month.")),
    "receivables_removal_refused": (
        Conflict,
        _("This document was not imported, or something depends on it."),
    ),
}

_LOOK = _("Reload the page and look at what is left.")
_WAYS = {
    "receivables_line_not_beyond_then": _("Date it on the day on which that was taken back, or later."),
}


@contextmanager
def ledger_rules() -> Iterator[None]:
    """A savepoint in which the database's refusals become domain errors with a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if name not in _BROKEN:
            raise
        kind, sentence = _BROKEN[name]
        raise kind(sentence, way_out=_WAYS.get(name, _LOOK)) from error
