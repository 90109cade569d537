"""A rep moves or leaves: one pack, signed item by item by giver, taker and superior; nothing is reset (HRM-13)."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from customers.choices.handover import ThingKind
from customers.handing import hand_kinds
from customers.models import HandOver, Opportunity
from customers.selectors import owner_on
from customers.services import (
    add_thing,
    assign_owner,
    cancel_pack,
    drop_things,
    make_pack,
    refuse_items,
    sign_items,
)
from receivables.models import Receivable
from salesops.accounts.services.people import deactivate_person
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.work.services import create_task
from tests.factories.accounts import make_person
from tests.factories.customers import make_customer, make_visit
from tests.factories.orders import make_order
from tests.factories.receivables import make_receivable
from tests.factories.research import make_partner, make_study

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 5, 5, 10))
TODAY = timezone.localdate(AT)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@pytest.fixture
def work(cast):
    """What Alice has open, and what she has done."""
    cast.customer = make_customer(cast.alice, name="North Works")
    cast.second = make_customer(cast.alice, name="South Works")
    cast.done = make_visit(cast.customer, on=TODAY - timedelta(days=9))
    cast.plan = make_visit(cast.customer, on=TODAY + timedelta(days=9), done=False)
    cast.deal = Opportunity.objects.create(
        code="SJ-1", title="Pumps", customer=cast.customer, owner=cast.alice, team=cast.group_a, stage="proposal",
        stage_since=date(2026, 4, 1), next_step="Call", next_step_on=TODAY, created_date=date(2026, 3, 1), currency=cast.customer.currency,
    )  # fmt: skip
    cast.task = create_task(
        actor=cast.bob, at=AT, owner=cast.alice, title="Call them", due_at=AT + timedelta(days=2)
    )
    cast.order = make_order(cast.customer, owner=cast.alice, order_date=date(2026, 4, 1))
    cast.item = make_receivable(
        cast.customer, amount="80.00", issued=date(2026, 4, 1), due=date(2026, 5, 1), at=AT
    )
    return cast


def pack_of(cast, **fields):
    values = {"giver": cast.alice, "taker": cast.carol, "reason": "Alice moves to exports"} | fields
    return make_pack(actor=cast.mona, at=AT, **values)


def keys(pack, *kinds):
    return list(pack.items.filter(**({"kind__in": kinds} if kinds else {})).values_list("pk", flat=True))


def sign(cast, pack, items, *people):
    for person in people:
        sign_items(actor=person, at=AT, pack=pack, items=items)


def test_each_item_goes_over_with_the_third_signature_and_nothing_is_reset(work):
    pack = pack_of(work)
    kinds = set(pack.items.values_list("kind", flat=True))
    assert kinds == set(hand_kinds._entries) - {
        "customers.lead", "contracts.contract", "customers.partner", "customers.marketstudy", "receivables.collection",
        "receivables.dispute", "receivables.tax_invoice",
    }  # fmt: skip
    assert pack.items.get(kind="receivables.receivable").note.startswith("80.00 CNY")
    sign(work, pack, keys(pack), work.alice, work.carol)
    assert fresh(work.customer).owner == work.alice, "the superior has not signed yet"
    sign(work, pack, keys(pack), work.mona)
    assert fresh(pack).state == "done" and set(pack.items.values_list("state", flat=True)) == {"handed"}
    assert (fresh(work.customer).owner, owner_on(work.customer, TODAY - timedelta(days=1)).owner) == (
        work.carol,
        work.alice,
    )
    deal = fresh(work.deal)
    assert (deal.owner, deal.stage, deal.stage_since) == (work.carol, "proposal", date(2026, 4, 1))
    assert fresh(work.plan).owner == work.carol and fresh(work.done).owner == work.alice
    assert fresh(work.task).owner == work.carol
    assert fresh(work.order).owner == work.alice, "figures of days past do not move"
    assert work.item in Receivable.objects.visible_to(work.carol), "but it is Carol's to collect now"


def test_item_by_item_some_refused_some_gone_meanwhile(work):
    pack = pack_of(work)
    mine = pack.items.get(kind="customers.customer", subject_id=work.customer.pk)
    other = pack.items.get(kind="customers.customer", subject_id=work.second.pk)
    refuse_items(actor=work.carol, at=AT, pack=pack, items=[other.pk], remark="Too far")
    assert (fresh(other).state, fresh(other).remark) == ("refused", "Too far")
    sign(work, pack, [mine.pk], work.mona, work.alice)
    assign_owner(actor=work.mona, at=AT, customer=work.customer, owner=work.bob, from_date=TODAY)
    sign(work, pack, [mine.pk], work.carol)
    assert fresh(mine).state == "moot" and fresh(work.customer).owner == work.bob, "somebody was faster"
    with pytest.raises(InvalidInput):
        sign(work, pack, [mine.pk], work.carol)
    cancel_pack(actor=work.mona, at=AT, pack=pack, reason="She stays")
    with pytest.raises(Conflict):
        sign(work, pack, [other.pk], work.carol)
    assert fresh(work.second).owner == work.alice


def test_each_signs_for_himself_and_the_superior_for_who_has_left(work):
    pack = pack_of(work)
    items = keys(pack, "customers.customer")
    for stranger in (work.dora, work.leo):
        with pytest.raises(NotAllowed):
            sign(work, pack, items, stranger)
    with pytest.raises(Conflict):
        pack_of(work)
    deactivate_person(actor=None, at=AT, person=work.alice, left_date=TODAY)
    sign(work, fresh(pack), items, work.mona)
    first = pack.items.filter(pk__in=items).first()
    assert first.giver_by == first.superior_by == work.mona and first.state == "waiting"
    sign(work, fresh(pack), items, work.carol)
    assert fresh(work.customer).owner == work.carol


def test_who_may_begin_one(work):
    with pytest.raises(NotAllowed):
        make_pack(actor=work.alice, at=AT, giver=work.alice, taker=work.carol, reason="Mine")
    with pytest.raises(NotAllowed):
        make_pack(actor=work.carol, at=AT, giver=work.alice, taker=work.carol, reason="Mine")
    with pytest.raises(NotAllowed, match="Carol does not belong"):
        make_pack(actor=work.bob, at=AT, giver=work.alice, taker=work.carol, reason="Another team")
    with pytest.raises(InvalidInput):
        pack_of(work, taker=work.alice)
    with pytest.raises(Conflict, match="nothing open"):
        pack_of(work, giver=work.asha)
    assert not HandOver.objects.exists()


def test_the_page_signs_what_is_ticked(work, client):
    client.force_login(work.mona)
    url = reverse("customers:handover_create")
    assert client.get(url).status_code == 200
    answer = client.post(url, {"giver": work.alice.pk, "taker": work.carol.pk, "reason": "Moves"})
    pack = HandOver.objects.get()
    assert answer.url == pack.get_absolute_url()
    sign_url = reverse("customers:handover_sign", args=[pack.pk])
    for person in (work.mona, work.alice, work.carol):
        client.force_login(person)
        page = client.get(pack.get_absolute_url()).content.decode()
        assert "North Works" in page and "80.00 CNY" in page
        assert client.post(sign_url, {"items": keys(pack), "accept": "1"}).status_code == 302
    assert "Complete" in client.get(pack.get_absolute_url()).content.decode()


def test_items_beyond_the_thousandth_are_signed_as_well(cast, client):
    """Their keys stand in the page as they are, not as a number for people (1,000)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('customers_handoveritem', 'id'), 12345)")
    make_customer(cast.alice)
    taker = make_person("nina", "rep", team=cast.group_a)
    pack = make_pack(actor=cast.bob, at=timezone.now(), giver=cast.alice, taker=taker, reason="Moves")
    client.force_login(cast.alice)
    page = client.get(pack.get_absolute_url()).content.decode()
    key = re.search(r'name="items" value="([^"]*)"', page)[1]
    assert client.post(reverse("customers:handover_sign", args=[pack.pk]), {"items": key}).status_code == 302
    assert pack.items.get().giver_by == cast.alice


def test_partners_and_open_studies_go_along_with_who_leaves(work):
    partner, study = make_partner(work.alice), make_study(work.alice)
    make_study(work.alice, state="published", published_on=TODAY, reviewer=work.bob)
    pack = pack_of(work)
    rows = pack.items.filter(kind__in=["customers.partner", "customers.marketstudy"])
    assert {row.subject_id for row in rows} == {partner.pk, study.pk}, (
        "what is published stays with who wrote it"
    )
    sign(work, pack, [row.pk for row in rows], work.alice, work.carol, work.mona)
    assert (fresh(partner).owner, fresh(study).owner) == (work.carol, work.carol)
    assert fresh(study).team == work.group_b


def test_who_leaves_also_hands_over_papers_devices_accounts_and_matters(cast, client):
    """On one list, signed by the same three, printed with places for their signatures."""
    client.force_login(cast.mona)
    values = {"giver": cast.alice.pk, "taker": cast.carol.pk, "reason": "Leaves", "leaves": "on"}
    client.post(reverse("customers:handover_create"), values)
    pack = HandOver.objects.get()
    assert set(pack.items.values_list("kind", flat=True)) == set(ThingKind.values), "nothing else was open"
    client.force_login(cast.alice)
    thing = {
        "kind": ThingKind.DEVICE,
        "title": "Key of the sample room",
        "note": "Board at the gate",
        "version": pack.version,
    }
    assert client.post(reverse("customers:handover_add", args=[pack.pk]), thing).status_code == 302
    page = client.get(pack.get_absolute_url()).content.decode()
    assert "Key of the sample room" in page and "Board at the gate" in page and "Ongoing matters" in page
    paper = client.get(reverse("customers:handover_print", args=[pack.pk])).content.decode()
    assert "Key of the sample room" in paper and "Superior: signature, date" in paper
    matter = keys(pack, ThingKind.MATTER)
    with pytest.raises(InvalidInput, match="reason"):
        drop_things(actor=cast.alice, at=AT, pack=pack, items=matter, remark=" ")
    drop_things(actor=cast.alice, at=AT, pack=pack, items=matter, remark="Nothing promised")
    sign(cast, pack, list(set(keys(pack)) - set(matter)), cast.alice, cast.carol, cast.mona)
    assert fresh(pack).state == "done"
    assert sorted(pack.items.values_list("state", flat=True)) == ["handed"] * 4 + ["moot"]


def test_records_are_not_struck_off_and_strangers_add_nothing(work):
    pack = pack_of(work)
    with pytest.raises(InvalidInput, match="refused"):
        drop_things(actor=work.alice, at=AT, pack=pack, items=keys(pack, "customers.customer"), remark="No")
    with pytest.raises(NotAllowed):
        add_thing(actor=work.dora, at=AT, pack=pack, kind=ThingKind.PAPER, title="Samples")
