"""Customers who are likely to pay late (REC-05): found at night with reasons, answered, gone again, reported (REC-06)."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from receivables.models import RiskWarning
from receivables.selectors.exposure import exposure_of, totals
from receivables.services import mark_disputed
from receivables.services.risks import risk_warnings
from salesops.core.errors import NotAllowed
from salesops.handbook.services import set_rule_value
from salesops.notifications.models import Notification
from salesops.work.models import Task
from tests.factories.orders import make_order
from tests.factories.receivables import make_customer, make_receipt, make_receivable

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def owed(buyer, amount, due=0, paid=None):
    """An item due so many days ago, paid so many days ago."""
    day = TODAY - timedelta(days=due)
    item = make_receivable(buyer, amount=amount, issued=day - timedelta(days=10), due=day, at=NOW)
    if paid is not None:
        on = TODAY - timedelta(days=paid)
        make_receipt(buyer, amount=amount, received=on, to={item: amount}, at=NOW, allocated=on)
    return item


def look(days=0):
    risk_warnings(TODAY + timedelta(days=days), actor=None, at=NOW, dry_run=False)


def test_each_reason_is_found_for_whom_it_holds_and_nobody_else(cast):
    set_rule_value("receivables.risk_concentration", D("0.5"), TODAY, "trial", actor=cast.root, at=NOW)
    set_rule_value("receivables.credit_unbilled_days", 0, TODAY, "trial", actor=cast.root, at=NOW)
    late, full, large, quiet, torn, good = (make_customer(owner=cast.alice) for _ in range(6))
    owed(late, "100.00", due=200, paid=200), owed(late, "100.00", due=50, paid=43), owed(late, "1.00")
    full.credit_limit = D("100.00")
    full.save()
    owed(full, "80.00")
    owed(large, "900.00")
    for back in (100, 190, 280, 370):
        make_order(quiet, state="shipped", order_date=TODAY - timedelta(days=back), lines=[("1", "100.00")])
    make_order(quiet, state="shipped", order_date=TODAY - timedelta(days=5), lines=[("1", "49.00")])
    owed(quiet, "1.00")
    mark_disputed(actor=None, receivable=owed(torn, "2.00"), reason="Broken", at=NOW)
    owed(good, "10.00", due=200, paid=200), owed(good, "10.00", due=50, paid=44), owed(good, "1.00")
    look()
    found = {w.customer_id: [line["code"] for line in w.reasons] for w in RiskWarning.objects.all()}
    assert found == {
        late.pk: ["late"], full.pk: ["exposure"], large.pk: ["concentration"], quiet.pk: ["drop"], torn.pk: ["disputes"],
    }  # fmt: skip


def test_a_warning_is_told_answered_renewed_by_a_new_reason_and_gone_when_none_is_left(client, cast):
    buyer = make_customer(owner=cast.alice)
    buyer.credit_limit = D("100.00")
    buyer.save()
    make_receivable(make_customer(), amount="9999.00", issued=TODAY, due=TODAY, at=NOW)
    item = owed(buyer, "90.00")
    look()
    warning = RiskWarning.objects.get(customer=buyer)
    told = Notification.objects.filter(recipient=cast.alice, kind="receivables.risk")
    assert (warning.score, warning.outstanding, told.count()) == (20, D("90.00"), 1)
    client.force_login(cast.alice)
    page = client.get(reverse("receivables:riskwarning_detail", args=[warning.pk])).content.decode()
    assert "90 %" in page and "Collect before the next order" in page
    answer = reverse("receivables:riskwarning_answer", args=[warning.pk])
    again = TODAY + timedelta(days=9)
    facts = {"answer": "Visit on Monday", "proposal": "Ask for a deposit"}
    assert "to come" in client.post(answer, facts | {"follow_up": TODAY}).content.decode()
    client.post(answer, facts | {"follow_up": again})
    tasks = {task.owner: task for task in Task.objects.filter(cause__startswith="risk-")}
    assert tasks[cast.mona].requirement == "Ask for a deposit" and tasks[cast.mona].subject == warning
    assert timezone.localdate(tasks[cast.alice].due_at) == again
    look(1)
    warning.refresh_from_db()
    assert (warning.state, told.count()) == ("answered", 1)
    disputed = mark_disputed(actor=None, receivable=item, reason="Broken", at=NOW)
    look(2)
    warning.refresh_from_db()
    assert (warning.state, warning.score, told.count()) == ("open", 30, 2)
    client.force_login(cast.mona)
    report = client.get(reverse("receivables:risk_report")).content.decode()
    assert "Visit on Monday" in report and "Ask for a deposit" in report and "90.00" in report
    make_receipt(buyer, amount="90.00", received=TODAY, to={disputed: "90.00"}, at=NOW)
    look(3)
    warning.refresh_from_db()
    assert (warning.state, warning.gone_date) == ("gone", TODAY + timedelta(days=3))
    listed = client.get(reverse("receivables:riskwarning_list")).content.decode()
    assert "Visit on Monday" not in listed
    with pytest.raises(NotAllowed):
        from receivables.services.risks import answer_risk

        answer_risk(actor=cast.lena, warning=warning, answer="No", at=NOW)


def test_the_exposures_of_all_say_what_the_exposure_of_each_says(cast):
    owing, ordering, paying, kept, gone = (make_customer(owner=cast.alice) for _ in range(5))
    owed(owing, "80.00")
    make_order(ordering, state="confirmed", order_date=TODAY, lines=[("1", "40.00")])
    owed(paying, "10.00")
    make_receipt(paying, amount="25.00", received=TODAY, at=NOW)
    owed(gone, "7.00")
    type(gone).objects.filter(pk=gone.pk).update(merged_into=kept)
    type(kept).objects.filter(pk=kept.pk).update(has_merged=True)
    kept.refresh_from_db()
    each = {c.pk: exposure_of(c, on=TODAY).total for c in (owing, ordering, paying, kept)}
    assert totals(on=TODAY) == each and each[kept.pk] == D("7.00") and each[paying.pk] == D("-15.00")
