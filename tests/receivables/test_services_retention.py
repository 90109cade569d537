"""What a customer holds back until the warranty is over: apart in the ageing, released once, kept for a claim (CTR-07)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from receivables.checks import run_checks
from receivables.errors import NotReversible, OverAllocation
from receivables.models import PostingEntry, Receivable, RetentionRelease
from receivables.selectors import AgeingQuery, ageing_items, ageing_report, due_words
from receivables.selectors.bridge import BridgeQuery, bridge_report, bridge_rows
from receivables.services import NewRelease, NewRetention, hold_back, release_or_enter, reverse_adjustment
from receivables.services.timers import look_at_items
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.audit.models import AuditEvent
from salesops.catalog.models import ExchangeRate
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from tests.factories.accounts import make_person
from tests.factories.receivables import AT, currency, make_customer, make_receipt, make_receivable, noon

pytestmark = pytest.mark.django_db
TODAY, END = date(2026, 6, 30), date(2027, 6, 30)


def held(cast, customer, amount="5000.00", *, of="100000.00", until=END, money=None):
    item = make_receivable(customer, amount=of, issued=date(2026, 6, 1), due=date(2026, 7, 1), money=money)
    new = NewRetention(item, D(amount), until, "Clause 7: 5% for a year")
    return item, hold_back(actor=cast.dora, retention=new, at=AT)


def test_five_percent_is_held_back_of_an_item_and_stands_apart_until_it_is_released(cast, client):
    customer = make_customer(owner=cast.alice)
    item, kept = held(cast, customer)
    item.refresh_from_db()
    assert (item.outstanding, kept.outstanding, kept.due_date) == (D("95000.00"), D("5000.00"), END)
    assert (kept.owner, kept.retention_of, kept.order) == (cast.alice, item, None)

    def ageing(day):
        row = ageing_report(AgeingQuery(as_of=day, by="none")).total
        assert sum(row.amounts) == row.outstanding
        return row.outstanding, row.retention, row.amounts[0]

    late = date(2026, 8, 1)
    assert ageing(date(2026, 6, 29)) == (D("100000.00"), D(0), D("100000.00"))
    assert ageing(TODAY) == (D("100000.00"), D("5000.00"), D("100000.00"))
    assert ageing(late) == (D("100000.00"), D("5000.00"), D("5000.00")), "retention ages from its own day"
    forward = ageing_report(AgeingQuery(as_of=late, by="none", stored=False)).total
    assert forward.retention == D("5000.00")
    assert list(ageing_items(AgeingQuery(as_of=late), bucket="retention")) == [kept]

    for of in ("items", "balance"):  # nobody was invoiced more, nobody owes less
        query = BridgeQuery(since=date(2026, 6, 1), until=TODAY, of=of)
        figures = bridge_report(query).total.figures
        assert (figures["invoiced"], figures["held_back"], figures["closing"]) == (
            D("100000.00"), D(0), D("100000.00"),
        )  # fmt: skip
        assert sum(row.shown for part in bridge_rows(query, "held_back") for row in part) == 0
    make_receipt(customer, amount="95000.00", received=TODAY, to={item: "95000.00"})
    with pytest.raises(NotReversible, match="by its release"):
        reverse_adjustment(actor=cast.dora, adjustment=item.adjustments.get(), reason="Back", at=AT)

    def told():
        """How the due date came about, to somebody who reads Chinese."""
        with translation.override("zh-hans"):
            return due_words(Receivable.objects.get(pk=kept.pk))

    assert item.number in told() and "held back" not in told()
    client.force_login(cast.dora)
    form = client.get(reverse("receivables:receivable_release", args=[kept.pk])).text
    assert "5,000.00 CNY" in form and END.isoformat() in form, "what is released is said before it is"
    page = client.get(reverse("receivables:retention_list"))
    assert kept.number in page.text and f"{(END - timezone.localdate()).days}" in page.text
    ageing_page = client.get(reverse("receivables:ageing"), {"as_of": "2026-08-01"})
    assert "of which retention" in ageing_page.text
    done = client.post(
        reverse("receivables:receivable_release", args=[kept.pk]),
        {"due_date": "2027-01-15", "reason": "Letter 12: nothing is claimed", "version": kept.version},
    )
    assert done.status_code == 302, done.text
    kept.refresh_from_db()
    assert (kept.due_date, kept.outstanding) == (date(2027, 1, 15), D("5000.00"))
    assert ageing(timezone.localdate())[:2] == (D("5000.00"), D(0))
    assert ageing(late)[:2] == (D("5000.00"), D("5000.00")), "no day that has passed changes"
    assert "2026" in told() and "released" not in told()
    assert AuditEvent.objects.filter(verb="receivables.retention_released").exists()
    assert [check.name for check in run_checks() if check.violations] == []


def test_a_large_early_release_waits_for_a_second_person(cast, client):
    dina = make_person("dina", "finance", team=cast.office, superior=cast.gina)
    _item, kept = held(cast, make_customer(owner=cast.alice), "60000.00")
    with pytest.raises(NotAllowed):
        release_or_enter(actor=cast.alice, release=NewRelease(kept, TODAY, "Please"), at=AT)
    for day in (date(2026, 6, 29), date(2027, 7, 1)):
        with pytest.raises(InvalidInput, match="between today"):
            release_or_enter(actor=cast.dora, release=NewRelease(kept, day, "Letter"), at=AT)
    entry = release_or_enter(actor=cast.dora, release=NewRelease(kept, TODAY, "Letter"), at=AT)
    assert isinstance(entry, PostingEntry) and kept.due_date == END
    with pytest.raises(Conflict, match="waits for a second person"):
        release_or_enter(actor=cast.dora, release=NewRelease(kept, TODAY, "Again"), at=AT)
    client.force_login(cast.dora)
    assert kept.number in client.get(reverse("receivables:postingentry_detail", args=[entry.pk])).text
    later = noon(date(2026, 7, 4))
    approve(actor=dina, at=later, request=ApprovalRequest.objects.about(entry).get())
    kept.refresh_from_db()
    entry.refresh_from_db()
    assert (kept.due_date, entry.posted, entry.accepted_by) == (date(2026, 7, 4), kept, dina)
    with pytest.raises(Conflict, match="was released"):
        release_or_enter(actor=cast.dora, release=NewRelease(kept, date(2026, 7, 4), "Again"), at=later)


def test_the_end_of_the_warranty_is_told_ahead_and_releases_what_the_customer_did_not_keep(cast):
    customer = make_customer(owner=cast.alice)
    _item, kept = held(cast, customer, until=date(2026, 7, 31))
    look_at_items(date(2026, 7, 1), actor=None, at=noon(date(2026, 7, 1)), dry_run=False)
    look_at_items(date(2026, 7, 2), actor=None, at=noon(date(2026, 7, 2)), dry_run=False)
    assert cast.alice.notifications.get(kind="receivables.retention_soon").data["date"] == "2026-07-31"
    look_at_items(date(2026, 7, 31), actor=None, at=noon(date(2026, 7, 31)), dry_run=False)
    release = RetentionRelease.objects.get(receivable=kept)
    assert (release.date, release.recorded_by, release.due_date) == (
        date(2026, 7, 31),
        None,
        date(2026, 7, 31),
    )
    assert cast.alice.notifications.get(kind="receivables.retention_over")
    look_at_items(date(2026, 8, 1), actor=None, at=noon(date(2026, 8, 1)), dry_run=False)
    assert cast.alice.notifications.filter(kind="receivables.retention_over").count() == 1


def test_neither_form_nor_database_let_retention_become_something_else(cast):
    customer = make_customer(owner=cast.alice)
    item, kept = held(cast, customer)
    wrong = [
        (NewRetention(item, D("95000.01"), END, "More"), OverAllocation, "too much"),
        (NewRetention(item, D("10.00"), date(2026, 7, 1), "Short"), InvalidInput, "after today"),
        (NewRetention(kept, D("10.00"), date(2028, 1, 1), "Twice"), Conflict, "retention itself"),
        (NewRetention(item, D("10.00"), END, " "), InvalidInput, "why"),
    ]
    for new, error, words in wrong:
        with pytest.raises(error, match=words):
            hold_back(actor=cast.dora, retention=new, at=AT)
    for values in ({"due_date": TODAY}, {"retention_until": TODAY}, {"retention_of": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Receivable.objects.filter(pk=kept.pk).update(**values)
    release_or_enter(actor=cast.dora, release=NewRelease(kept, TODAY, "Letter"), at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        RetentionRelease.objects.update(due_date=END)


def test_retention_of_a_foreign_item_is_worth_what_its_item_gave_up_to_the_cent(cast):
    """4,500.00 of 5,000.00 at 7.13331 are 32,099.90 of 35,666.55; the rest is 3,566.65, not 3,566.66."""
    ExchangeRate.objects.create(currency=currency("USD"), date=date(2026, 1, 1), rate=D("7.13331"))
    item = make_receivable(make_customer(owner=cast.alice, money="USD"), amount="5000.00")
    make_receipt(item.customer, amount="4500.00", to={item: "4500.00"})
    kept = hold_back(actor=cast.dora, retention=NewRetention(item, D("500.00"), END, "10%"), at=AT)
    assert kept.base_amount == D("3566.65")
    assert [(check.name, check.sample) for check in run_checks() if check.violations] == []
