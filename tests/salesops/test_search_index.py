"""What is found and how it is written; the index follows every change, whichever door it came through."""

import json
from dataclasses import replace
from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from customers.models import Contact, Customer, Visit
from salesops.exchange.bulk import insert
from salesops.search import services
from salesops.search.models import SearchEntry, SearchStale
from salesops.search.query import ask
from salesops.search.selectors import OF_THE_BEST, find
from salesops.search.services import index_recent, index_waiting
from salesops.work.models import Comment
from tests.factories.contracts import make_contract
from tests.factories.customers import make_contact, make_currency, make_customer, make_visit
from tests.factories.documents import published
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db


def titles(user, text):
    """What a person finds, the index brought up to date as the search page does."""
    index_recent()
    return [str(hit.obj) for hit in find(user, text).hits]


@pytest.mark.parametrize(
    "text",
    [
        "臺灣廠商",
        "台湾厂商",
        "台灣",
        "灣廠",
        "twcs",
        "TWCS",
        "taiwan",
        "taiwanchang",
        "changshang",
        "ｔｗｃｓ",
        "灣",
        "台湾 有限",
        "Northern",
        "north star",
        "ＮＯＲＴＨ",
    ],
)
def test_a_name_is_found_in_both_scripts_in_pinyin_and_in_full_width(cast, text):
    make_customer(cast.alice, code="K-1", name="臺灣廠商有限公司 Northern Star")
    make_customer(cast.alice, code="K-2", name="上海东方贸易有限公司 Southern Sun")
    assert titles(cast.alice, text) == ["臺灣廠商有限公司 Northern Star"]


@pytest.mark.parametrize("text", ["cqzd", "zqzd", "chongqing", "zhongda", "重慶重大"])
def test_characters_with_several_readings_are_found_by_each(cast, text):
    make_customer(cast.alice, name="重庆重大机械")
    assert titles(cast.alice, text) == ["重庆重大机械"]


@pytest.mark.parametrize(
    "text",
    ["13812345678", "138 1234 5678", "138-1234-5678", "+86 138 1234 5678", "008613812345678", "5678",
     "12345678", "１３８１２３４５６７８", "1381234"],
)  # fmt: skip
def test_a_telephone_is_found_however_it_is_written(cast, text):
    customer = make_customer(cast.alice)
    make_contact(customer, name="Ann Lee", phone="+8613812345678")
    make_contact(customer, name="Someone Else", phone="+8613911112222")
    assert titles(cast.alice, text) == ["Ann Lee"]


def test_a_landline_is_found_with_and_without_its_area(cast):
    customer = make_customer(cast.alice)
    make_contact(customer, name="Front Desk", phone="+862162345678;ext=801")
    for text in ("021-62345678", "62345678", "021 6234 5678", "+86 21 62345678"):
        assert titles(cast.alice, text) == ["Front Desk"], text


@pytest.mark.parametrize(
    "text", ["HT-2026-000123", "ht2026000123", "2026-000123", "000123", "123", "ht-2026-0001"]
)
def test_a_number_is_found_from_any_of_its_parts(cast, text):
    customer = make_customer(cast.alice)
    make_contract(customer, number="HT-2026-000123")
    make_contract(customer, number="HT-2025-000456")
    assert titles(cast.alice, text) == ["HT-2026-000123"]


def test_words_inside_notes_are_found(cast):
    customer = make_customer(cast.alice)
    visit = make_visit(customer, result="客戶希望降低報價，下週再談", next_step="寄 sample 給採購")
    other = make_visit(customer, result="一切正常")
    for text in ("报价", "報價", "希望降低", "sample", "采购"):
        assert titles(cast.alice, text) == [visit.number], text
    assert titles(cast.alice, "正常") == [other.number]
    assert titles(cast.alice, "报常") == []


def test_the_name_that_begins_with_the_words_stands_first(cast):
    make_customer(cast.alice, name="Great Star Trading")
    make_customer(cast.alice, name="Star")
    make_customer(cast.alice, name="Star Trading")
    assert titles(cast.alice, "star") == ["Star", "Star Trading", "Great Star Trading"]


@pytest.mark.parametrize(
    "text", ["", " ", "%", "_", "%%", "a", "'", "\\", "&", "|", "!", ":*", "<->", "()", "-", "\u202e"]
)
def test_signs_and_single_letters_ask_for_nothing(cast, text):
    make_customer(cast.alice, name="Anything at all")
    assert not ask(text)
    assert titles(cast.alice, text) == []


def test_a_wildcard_is_a_sign_and_not_a_wildcard(cast):
    make_customer(cast.alice, name="Anything at all")
    for text in ("any%all", "any_all", "a%", "%ing", "x' OR 'y", "any:* | all", "!any"):
        index_recent()
        assert len(find(cast.alice, text).hits) in (0, 1)
    assert titles(cast.alice, "any%zzz") == []


def test_what_was_saved_is_found_by_the_next_search_and_a_change_follows(cast):
    customer = make_customer(cast.alice, name="Firstname Ltd")
    assert titles(cast.alice, "firstname") == ["Firstname Ltd"]
    customer.name = "Secondname Ltd"
    customer.save(update_fields=["name"])
    assert titles(cast.alice, "firstname") == []
    assert titles(cast.alice, "secondname") == ["Secondname Ltd"]


def test_a_change_that_nobody_searches_for_queues_nothing(cast):
    customer = make_customer(cast.alice)
    index_waiting()
    customer.employees = 7
    customer.save()
    Customer.objects.filter(pk=customer.pk).update(region="North")
    assert not SearchStale.objects.exists()


def test_a_deleted_record_is_found_no_more_and_its_entry_goes(cast):
    visit = make_visit(make_customer(cast.alice), result="Somethingrare")
    assert titles(cast.alice, "somethingrare") == [visit.number]
    entry = SearchEntry.objects.get(subject_id=visit.pk, subject_type__model="visit")
    visit.delete()
    assert find(cast.alice, "somethingrare").hits == []  # even before the index knows
    index_waiting()
    assert not SearchEntry.objects.filter(pk=entry.pk).exists()


def test_bulk_rows_and_sql_are_indexed_in_a_few_steps(cast):
    currency = make_currency()
    index_waiting()
    insert(
        [
            Customer(
                code=f"BULK-{n:05d}", name=f"Bulkname {n}", currency=currency, created_date=date(2026, 1, 1),
                owner=cast.alice,
            )
            for n in range(4500)
        ]
    )  # fmt: skip
    assert SearchStale.objects.count() == 1  # one run of keys, not 4500 rows
    index_recent()  # too much for a search to do on its way
    assert find(cast.alice, "bulkname").groups == []
    steps = []
    assert index_waiting(progress=steps.append) == 4500
    assert len(steps) == 3
    found = find(cast.alice, "bulkname")
    group = found.groups[0]
    assert (group.count, group.at_least, len(group.hits)) == (1000, True, 5)
    assert [hit.exact for hit in find(cast.alice, "BULK-00017").hits] == [True]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET name = 'Sqlname ' || id WHERE code LIKE 'BULK-000%'")
    assert SearchStale.objects.count() == 100
    assert len(titles(cast.alice, "sqlname")) == 5
    assert find(cast.alice, "sqlname").groups[0].count == 100


def test_reindex_builds_everything_anew_and_says_how_much(cast, capsys):
    customer = make_customer(cast.alice, name="Lostname Ltd")
    make_order(customer, number="DD-2026-000009", state="confirmed")
    index_waiting()
    whole = SearchEntry.objects.count()
    SearchEntry.objects.all().delete()
    ghost = SearchEntry.objects.create(
        subject_type_id=next(iter(services.by_type())),
        subject_id=10**9,
        key="ghost",
        tokens="ghost",
    )
    call_command("reindex", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["waiting"] == 0 and answer["indexed"] >= whole
    assert SearchEntry.objects.count() == whole
    assert not SearchEntry.objects.filter(pk=ghost.pk).exists()
    assert titles(cast.alice, "lostname") == ["Lostname Ltd"]


def test_every_kind_has_its_triggers_and_reads_columns_that_exist(cast):
    from salesops.search.registry import kinds
    from salesops.search.triggers import install

    assert {kind.model for kind in kinds} >= {Customer, Contact, Visit}
    for kind in kinds:
        assert [kind.model._meta.get_field(name).column for name in kind.columns], kind.key
        assert kind.model._meta.pk.column == "id"
    assert install() == []  # migrate has done it


def test_a_narrow_scope_is_looked_through_when_the_word_is_everywhere(cast, monkeypatch):
    """More matches than one search looks at: the rep's own are found all the same."""
    monkeypatch.setattr("salesops.search.selectors.COUNTED", 20)
    monkeypatch.setattr("salesops.search.selectors.OF_THE_BEST", replace(OF_THE_BEST, counted=20))
    for n in range(40):
        make_customer(cast.carol, name=f"Everywhere {n}")
    mine = make_customer(cast.alice, name="Everywhere mine")
    index_waiting()
    found = find(cast.alice, "everywhere")
    assert found.broad and [hit.obj for hit in found.hits] == [mine]
    group = find(cast.mona, "everywhere").groups[0]
    assert (group.count, group.at_least) == (20, True)


def test_a_comment_is_found_by_who_sees_its_record_until_it_is_taken_back(cast):
    customer = make_customer(cast.alice, name="Commented Ltd")
    content_type = ContentType.objects.get_for_model(Customer)
    comment = Comment.objects.create(
        subject_type=content_type,
        subject_id=customer.pk,
        author=cast.alice,
        at=timezone.now(),
        text="含税报价未定",
    )
    index_waiting()
    (hit,) = find(cast.bob, "報價未定").hits
    assert (hit.obj, hit.url) == (comment, customer.get_absolute_url())
    assert find(cast.carol, "報價未定").hits == []
    Comment.objects.filter(pk=comment.pk).update(retracted_at=timezone.now())
    assert titles(cast.bob, "报价未定") == []


def test_a_published_document_is_found_by_its_number_and_title(cast):
    document = published(cast)
    assert titles(cast.alice, "canary market") == titles(cast.alice, document.number) == [str(document)]


def test_a_number_inside_a_note_is_found_by_its_parts_and_a_dash_reads_no_other_numbers(cast):
    """“DD-2026-000123” asks for the whole number, or for its parts as words; not for all that begin with dd."""
    visit = make_visit(make_customer(cast.alice), result="asked about DD-2026-000123 again")
    assert titles(cast.alice, "DD-2026-000123") == [visit.number]
    assert titles(cast.alice, "DD-2026-0001") == [visit.number]
    assert "'dd':*" not in ask("DD-2026-000123").tsquery
