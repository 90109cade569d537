"""Returns and the credit notes that give them back (ORD-15)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from orders.models import Order, Return
from receivables.models import CreditNote, PostingEntry, ReturnCredit
from receivables.services.billing import with_tax
from receivables.services.credit_entries import credit_or_enter
from receivables.services.credits import NewCreditNote
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.money import places_of, round_money
from salesops.core.policies import can


def gross_of(returned: Return) -> Decimal:
    """What came back with its tax, in the order's currency and coins."""
    rate = returned.line.tax_rate if returned.line is not None else None
    amount = with_tax(returned.order, returned.net, rate)
    return round_money(round_money(amount, places_of(returned.order.currency_id)))


def standing_credit(returned: Return) -> ReturnCredit | None:
    """The credit note of a return that is neither refused nor reversed."""
    rows = ReturnCredit.objects.filter(returned=returned).select_related("credit_note", "entry__credit_note")
    return next((row for row in rows.order_by("pk") if row.stands), None)


@transaction.atomic
def credit_return(
    *, actor: Any, returned: Return, credit_note: NewCreditNote, at: datetime
) -> CreditNote | PostingEntry:
    """Post a credit note for a return (or enter it for a second person) and let both point at each other.

    Raises what ``create_credit_note`` raises, ``Conflict`` for a return that is credited, ``InvalidInput`` for
    another customer or currency, ``NotAllowed``.
    """
    order = lock_row(Order.objects.all(), returned.order_id)
    if actor is not None and not can(actor, "view", order):
        raise NotAllowed(_("You may not see this order."))
    if credit_note.customer.pk != order.customer_id or credit_note.currency.pk != order.currency_id:
        raise InvalidInput(
            _("The return is of %(customer)s, in %(currency)s.")
            % {"customer": order.customer, "currency": order.currency_id},
            field="customer",
        )
    if standing := standing_credit(returned):
        raise Conflict(
            _("This return is given back by %(paper)s already.") % {"paper": standing.paper},
            way_out=_("Reverse that one first."),
        )
    done = credit_or_enter(actor=actor, credit_note=credit_note, at=at)
    if isinstance(done, PostingEntry):
        ReturnCredit.objects.create(returned=returned, entry=done)
    else:
        ReturnCredit.objects.create(returned=returned, credit_note=done)
    return done
