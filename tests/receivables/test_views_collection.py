"""Pages of collection: what a ladder would do, before it is saved."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.models import Contact
from receivables.models import CollectionLevel, CollectionPolicy, CollectionStep
from receivables.services.collecting import renew_cases
from tests.factories.receivables import make_receipt, make_receivable, noon
from tests.factories.receivables_collection import collect, make_case, make_overdue

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def test_what_a_ladder_would_do_is_seen_before_it_is_saved(client, cast):
    early = make_overdue(owner=cast.alice, days=3, amount="900.00", on=TODAY)
    late = make_overdue(owner=cast.alice, days=5, amount="5000.00", on=TODAY)
    collect(TODAY)  # both have a call that waits; the simulation asks what would be due without it
    base = CollectionPolicy.objects.get()
    client.force_login(cast.dora)
    page = reverse("receivables:collectionpolicy_version", args=[base.pk])
    assert "What would it do today?" in client.get(page).content.decode()
    facts = {
        "code": base.code,
        "name": "Strict",
        "from_date": TODAY + timedelta(days=1),
        "tolerance": "1000",
        "try": "1",
    }
    answer = client.post(page, facts | {"form_version": base.version})
    tried = answer.context["tried"]
    assert [change.customer for change in tried.changes] == [early.customer] and tried.changes[0].then is None
    assert tried.levels[0][1:] == (2, 1) and "900.00" in answer.content.decode()
    assert {words: (now, then) for words, now, then in tried.reasons}[
        "less is overdue than the ladder tolerates"
    ] == (0, 1)
    assert 'value="Strict"' in answer.content.decode()
    assert CollectionPolicy.objects.count() == 1 and CollectionStep.objects.count() == 2
    assert client.post(page, facts | {"tolerance": "-1"}).status_code == 400
    # saved, its rungs are tried likewise, and the page of the version tells it
    client.post(
        page, {key: value for key, value in facts.items() if key != "try"} | {"form_version": base.version}
    )
    made = CollectionPolicy.objects.exclude(pk=base.pk).get()
    rung = made.levels.get(level=1)
    rest = {
        name: getattr(rung, name) for name in ("gap_days", "repeat_days", "acts", "deadline_days", "effect")
    }
    words = {
        f.name: getattr(rung, f.name)
        for f in CollectionLevel._meta.fields
        if f.name[:5] in ("subje", "text_")
    }
    edit = reverse("receivables:collectionpolicy_level", args=[made.pk, 1])
    answer = client.post(
        edit, {**rest, **words, "from_day": 4, "channel": "visit", "try": "1", "form_version": made.version}
    )
    change = next(change for change in answer.context["tried"].changes if change.customer == late.customer)
    assert (change.now.channel, change.then.channel) == ("call", "visit")
    shown = client.get(reverse("receivables:collectionpolicy_detail", args=[made.pk]), {"try": "1"})
    assert [c.customer for c in shown.context["tried"].changes] == [early.customer]
    text = shown.content.decode()
    assert "L0 settlement notice" in text and "−7" in text and "R-5" in text
    run = client.get(reverse("receivables:collection_run")).content.decode()
    assert "L0 settlement notice" in run


def test_the_queue_asks_as_much_for_many_as_for_few_and_is_worked_by_taps(client, cast):
    case = make_case(owner=cast.alice, on=TODAY)
    Contact.objects.create(customer=case.customer, name="Ms Li", phone="+8613800138000", is_primary=True)
    other = make_case(owner=cast.alice, on=TODAY)
    collect(TODAY)
    client.force_login(cast.alice)
    queue = reverse("receivables:collectioncase_list")
    client.get(queue)
    with CaptureQueriesContext(connection) as few:
        text = client.get(queue).content.decode()
    assert (
        "tel:+8613800138000" in text
        and reverse("receivables:collectioncase_act", args=[case.pk, "promise"]) in text
    )
    for _n in range(6):
        make_case(owner=cast.alice, on=TODAY)
    with CaptureQueriesContext(connection) as many:
        client.get(queue)
    assert len(many) == len(few)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "tel:+8613800138000" in page and f'href="{other.get_absolute_url()}"' in page
    client.force_login(cast.bob)  # not his customer: the number is read by an act that is logged
    assert "tel:" not in client.get(queue).content.decode()


def test_the_overview_says_what_each_holder_collected_in_a_period(client, cast):
    item = make_overdue(owner=cast.alice, days=20, on=TODAY - timedelta(days=3))
    renew_cases(on=TODAY - timedelta(days=3), at=noon(TODAY - timedelta(days=3)))
    early = make_receivable(
        item.customer, amount="50.00", issued=TODAY, due=TODAY + timedelta(days=9), at=NOW
    )
    make_receipt(item.customer, amount="450.00", received=TODAY, to={item: "400.00", early: "50.00"}, at=NOW)
    client.force_login(cast.bob)
    page = reverse("receivables:collection_overview")
    (line,) = client.get(page, {"since": TODAY, "until": TODAY}).context["lines"]
    assert (line.person, line.collected) == (
        cast.alice,
        Decimal("400.00"),
    )  # not what was paid before it was due
    before = TODAY - timedelta(days=1)
    assert client.get(page, {"since": before, "until": before}).context["total"] == 0
    assert "before the first" in client.get(page, {"since": TODAY, "until": before}).content.decode()
