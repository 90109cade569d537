"""A dispute has days, an amount, a follower and an end; the flag of the item follows it (REC-03, features §3.14)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from receivables.choices import GroupBy
from receivables.models import Dispute, Receivable
from receivables.selectors import AgeingQuery, ageing_items, ageing_report, disputed_on
from receivables.services import (
    NewDispute,
    follow_dispute,
    mark_disputed,
    open_dispute,
    resolve_dispute,
    settle_dispute,
)
from salesops.core.errors import Conflict, DomainError, InvalidInput
from tests.factories.receivables import make_credit_note, make_receipt, make_receivable, noon

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY = date(2026, 3, 5), date(2026, 4, 7), date(2026, 5, 6)


def disputed_money(day: date) -> Decimal:
    query = AgeingQuery(as_of=day, by=GroupBy.NONE, disputed="only", stored=False)
    assert sum(row.shown for row in ageing_items(query)) == ageing_report(query).total.outstanding
    return ageing_report(query).total.outstanding


def test_two_disputes_one_after_the_other_and_every_past_day_stays_as_it_was() -> None:
    item = make_receivable(amount="100.00")
    new = NewDispute(
        "40 pieces are missing", "quantity", Decimal("40.00"), MARCH, next_step="Count", next_date=APRIL
    )
    first = open_dispute(actor=None, receivable=item, dispute=new, at=noon(APRIL))
    assert (item.disputed, item.dispute_reason) == (True, "40 pieces are missing")
    with pytest.raises(Conflict, match="disputed already"):
        open_dispute(actor=None, receivable=item, dispute=new, at=noon(APRIL))

    follow_dispute(
        actor=None, dispute=first, follower=None, next_step="Ask the carrier", next_date=MAY, at=noon(APRIL)
    )
    with pytest.raises(InvalidInput, match="No credit note"):
        settle_dispute(
            actor=None, dispute=first, resolution="credit_note", outcome="Credited", at=noon(APRIL)
        )
    note = make_credit_note(item.customer, amount="40.00", on=APRIL, receivable=item, at=noon(APRIL))
    done = settle_dispute(
        actor=None, dispute=first, resolution="credit_note", outcome="Credited", at=noon(APRIL)
    )
    assert (done.credit_note, done.resolved_date) == (note, APRIL)

    item.refresh_from_db()
    assert not item.disputed
    again = NewDispute("The rest is scratched", "quality", Decimal("60.01"))
    with pytest.raises(InvalidInput, match=r"60\.00"):
        open_dispute(actor=None, receivable=item, dispute=again, at=noon(MAY))
    mark_disputed(actor=None, receivable=item, reason="The rest is scratched", at=noon(MAY))
    days = {date(2026, 3, 4): False, MARCH: True, date(2026, 4, 6): True, APRIL: False, MAY: True}
    assert {day: disputed_on(item, day) for day in days} == days
    assert [disputed_money(day) for day in (date(2026, 3, 4), MARCH, APRIL, MAY)] == [0, 100, 0, 60]


def test_a_flag_moved_by_any_door_is_a_dated_dispute() -> None:
    item = make_receivable(amount="50.00", issued=MARCH, due=APRIL)
    Receivable.objects.filter(pk=item.pk).update(disputed=True, dispute_reason="Wrong price")
    dispute = Dispute.objects.get()
    assert (dispute.words, dispute.amount, dispute.state) == ("Wrong price", Decimal("50.00"), "open")
    Receivable.objects.filter(pk=item.pk).update(disputed=False)
    dispute.refresh_from_db()
    assert dispute.state == "settled"
    resolve_dispute(actor=None, receivable=item, outcome="Nothing is open any more", at=noon(MAY))


def test_the_database_keeps_what_the_customer_said() -> None:
    item = make_receivable(amount="50.00", issued=MARCH, due=APRIL)
    mark_disputed(actor=None, receivable=item, reason="Late", at=noon(APRIL))
    row = Dispute.objects.get()
    for change in ({"amount": Decimal(1)}, {"words": "Never mind"}, {"opened_date": MAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dispute.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()
    make_receipt(item.customer, amount="50.00", received=MAY, to={item: "50.00"})
    with pytest.raises(DomainError):
        settle_dispute(
            actor=None, dispute=row, resolution="withdrawn", outcome="Paid", resolved_date=MARCH, at=noon(MAY)
        )
    settle_dispute(actor=None, dispute=row, resolution="withdrawn", outcome="Paid", at=noon(MAY))
    with pytest.raises(Conflict, match="settled on"):
        follow_dispute(actor=None, dispute=row, follower=None, next_step="More", next_date=None, at=noon(MAY))
