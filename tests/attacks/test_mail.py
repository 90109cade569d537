"""Mail under attack: a line break typed into a name reaches no header and stops nobody else's mail (I7)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from receivables.services.reminders import run_reminders
from salesops.jobs.models import OutboxMessage
from salesops.jobs.services.outbox import deliver
from tests.attacks.test_sessions import file_of
from tests.factories.customers import make_customer
from tests.factories.receivables import make_receivable

pytestmark = pytest.mark.django_db
NAME = "Evil\r\nBcc: everybody@example.com\u2028X"


def test_a_text_of_one_line_stays_one_line(cast, as_):
    """I7, I10: in every form; areas for longer texts keep their lines."""
    data = {**file_of(cast, NAME), "remarks": "one\ntwo"}
    assert as_(cast.alice).post(reverse("customers:customer_create"), data).status_code == 302
    assert Customer.objects.get().name == "Evil Bcc: everybody@example.com X"


def test_a_line_break_in_a_name_keeps_no_reminder_from_going_out(cast):
    """I7: such a name came by an import; the mails of all go out, the name stands in one line."""
    today = timezone.localdate()
    for owner, name in ((cast.alice, NAME), (cast.carol, "Plain Ltd")):
        make_receivable(
            make_customer(owner, name=name), issued=today - timedelta(days=60), due=today - timedelta(days=1),
            at=timezone.now(),
        )  # fmt: skip
    outcome = run_reminders(today, actor=None, at=timezone.now(), collect=True, dry_run=False)
    assert len(outcome.sent) >= 2
    for message in OutboxMessage.objects.filter(kind="mail"):
        assert deliver(message.pk, at=message.not_before or timezone.now())  # held back in quiet hours
    assert len(mail.outbox) >= 2
    for message in mail.outbox:
        assert "\n" not in message.subject
        assert message.recipients() == message.to
        assert "everybody@example.com" not in message.to
