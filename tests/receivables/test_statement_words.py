"""A statement speaks to the customer: neutral words, and on our screen every line leads to its record."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from receivables.models import Adjustment
from receivables.selectors.statements import statement_of
from receivables.services import Allocation, NewWriteOff, allocate_receipt, enter_write_off, recover
from receivables.services.statements import Sending, send_statement
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.ui.links import record_url
from tests.factories.accounts import make_person
from tests.factories.receivables import make_customer, make_receipt, make_receivable

pytestmark = pytest.mark.django_db
TODAY, NOW = timezone.localdate(), timezone.now()


def test_what_is_given_up_is_an_adjustment_to_the_customer_and_every_line_leads_to_its_record(cast, client):
    customer, day = make_customer(owner=cast.alice), TODAY - timedelta(days=3)
    item = make_receivable(customer, amount="1000.00", issued=day, due=day, at=NOW)
    money = make_receipt(customer, amount="996.00", received=day, at=NOW)
    allocate_receipt(
        actor=cast.dora, receipt=money, allocations=[Allocation(item.pk, D("996.00"))], give_up=[item.pk],
        why="Bank charges", at=NOW,
    )  # fmt: skip
    sending = Sending(customer, date(TODAY.year, 1, 1), TODAY, "cfo@customer.example", "en")
    sent = send_statement(actor=cast.alice, sending=sending, at=NOW)[0]
    client.force_login(cast.alice)
    shown = client.get(record_url(sent)).content.decode()
    for record in (item, money, Adjustment.objects.get()):
        assert f'href="{record_url(record)}"' in shown and record.number in shown
    for key, pk in (("receivables.sent_statement", sent.pk), ("receivables.statement", customer.pk)):
        paper = client.get(
            reverse("documents:print", args=[key, pk]), {"lang": "en,zh-hans"}
        ).content.decode()
        assert "Adjustment" in paper and "调整" in paper
        assert "ritten off" not in paper and "Small difference" not in paper


def test_a_recovery_is_one_line_of_its_day(cast):
    """The mirror of the write-off and the rest posted anew are ours; the customer sees what it comes to."""
    dina = make_person("dina", "finance", team=cast.office, superior=cast.gina)
    customer, day = make_customer(owner=cast.alice), TODAY - timedelta(days=3)
    item = make_receivable(customer, amount="800.00", issued=day, due=day, at=NOW)
    entry = enter_write_off(
        actor=cast.dora, write_off=NewWriteOff(item, D("800.00"), day, "Insolvent", "Ruling 12"), at=NOW
    )
    for person in (dina, cast.gina):
        approve(actor=person, at=NOW, request=ApprovalRequest.objects.about(entry).get())
    entry.refresh_from_db()
    money = make_receipt(customer, amount="300.00", received=TODAY, at=NOW)
    recover(actor=cast.dora, write_off=entry.adjustment, receipt=money, amount=D("300.00"), at=NOW)
    (account,) = statement_of(customer, since=day, on=TODAY, user=cast.dora)
    given_up = [line.paid for line in account.movements if line.document == entry.adjustment]
    assert given_up == [D("800.00"), D("-300.00")] and account.closing == 0
