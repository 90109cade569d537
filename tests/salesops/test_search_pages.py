"""The search page and box: what each role finds, counts, hidden files, attacks, time."""

from datetime import timedelta
from urllib.parse import quote, quote_plus

import pytest
from django.urls import reverse
from django.utils import timezone

from salesops.audit.models import AccessLog
from salesops.handbook.services import set_rule_value
from salesops.search.services import index_waiting
from tests.attacks.world import CANARY, make_house, make_prey
from tests.factories.customers import make_contact, make_customer

pytestmark = pytest.mark.django_db
PAGE, BOX = "search:search", "search:box"


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def prey(cast):
    make_house(cast)
    return make_prey(cast.carol)


def test_everybody_finds_what_the_policy_shows_and_nothing_else(cast, prey, client):
    """Z3: every person of the cast, every kind: hits and counts are those of ``visible_to``."""
    from salesops.core.policies import policy_of
    from salesops.search.registry import kinds
    from salesops.search.selectors import find

    make_prey(cast.alice, "Ownword")
    index_waiting()
    for name in (
        "alice",
        "asha",
        "bob",
        "carol",
        "mona",
        "gina",
        "dora",
        "hugo",
        "otto",
        "lena",
        "aida",
        "root",
        "sam",
    ):
        person = getattr(cast, name)
        found = find(person, "Trading", top=50)
        for group in found.groups:
            model = group.kind.model
            visible = set(
                model._base_manager.filter(policy_of(model).scope(person)).values_list("pk", flat=True)
            )
            assert {hit.obj.pk for hit in group.hits} <= visible, (name, group.kind.key)
            assert group.count == len(group.hits)
        for kind in kinds:
            group = next((g for g in found.groups if g.kind is kind), None)
            rows = kind.model._base_manager.filter(policy_of(kind.model).scope(person))
            if kind.key == "customers.customer":
                assert (group.count if group else 0) == rows.filter(name__contains="Trading").count(), name


def test_a_stranger_finds_neither_the_record_nor_its_count(cast, prey, client):
    client.force_login(cast.alice)
    for place in (PAGE, BOX):
        for text in (
            CANARY,
            f"{CANARY} result",
            prey.order.number,
            prey.receipt.number,
            "77770002",
            "1 Street",
        ):
            answer = client.get(reverse(place), {"q": text})
            assert answer.status_code == 200
            shown = text_of(answer)
            for typed in (quote(text), quote_plus(text), text):
                shown = shown.replace(typed, "")
            assert CANARY not in shown
    found = client.get(reverse(PAGE), {"q": CANARY}).context["found"]
    assert not [group for group in found.groups if group.kind.key != "accounts.user"]


def test_a_full_number_opens_the_record_and_the_box_lists_it_first(cast, prey, client):
    client.force_login(cast.carol)
    answer = client.get(reverse(PAGE), {"q": prey.order.number})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("orders:order_detail", args=[prey.order.pk])
    box = text_of(client.get(reverse(BOX), {"q": prey.order.number}))
    assert box.index(reverse("orders:order_detail", args=[prey.order.pk])) < box.index("found-all")
    assert "<html" not in box


def test_hits_are_grouped_and_more_leads_to_all_of_a_kind(cast, client):
    customer = make_customer(cast.alice, name="Groupword Main")
    for n in range(60):
        make_contact(customer, name=f"Groupword {n:02d}")
    client.force_login(cast.alice)
    index_waiting()
    answer = client.get(reverse(PAGE), {"q": "groupword"})
    assert [(g.kind.key, g.count, len(g.hits)) for g in answer.context["found"].groups] == [
        ("customers.customer", 1, 1),
        ("customers.contact", 60, 5),
    ]
    assert "kind=customers.contact" in text_of(answer)
    page = client.get(reverse(PAGE), {"q": "groupword", "kind": "customers.contact"})
    assert len(page.context["found"].hits) == 50 and page.context["next"] == 50
    page = client.get(reverse(PAGE), {"q": "groupword", "kind": "customers.contact", "from": "50"})
    assert len(page.context["found"].hits) == 10 and not page.context["next"]
    assert client.get(reverse(PAGE), {"q": "groupword", "kind": "audit.accesslog"}).status_code == 404


def test_clauses_and_pages_are_found_in_the_readers_script(cast, client):
    cast.alice.language = "zh-hant"
    cast.alice.save()
    client.force_login(cast.alice)
    found = client.get(reverse(PAGE), {"q": "客户"}, headers={"accept-language": "zh-hant"}).context["found"]
    labels = {str(hit.title) for _label, _icon, hits in found.pages for hit in hits}
    assert labels, "clauses and pages that hold 客戶"
    client.force_login(cast.hugo)
    names = [
        str(h.url)
        for _l, _i, hits in client.get(reverse(PAGE), {"q": "contact persons"}).context["found"].pages
        for h in hits
    ]
    assert reverse("customers:contact_list") not in names  # not a page of human resources


def test_a_hidden_file_is_answered_with_whom_to_ask_and_logged(cast, client):
    """ORG-12, DAT-09: the exact name, tax number or telephone of another's customer."""
    hidden = make_customer(
        cast.carol,
        code="SECRET-9",
        name="上海東方貿易有限公司",
        tax_number="91310000MA1FL0QX4K",
        phone="+862162340000",
    )
    index_waiting()
    client.force_login(cast.alice)
    for text in (
        "上海东方贸易",
        "上海東方貿易有限公司",
        "91310000ma1fl0qx4k",
        "021-6234 0000",
        "+86 21 62340000",
    ):
        answer = client.get(reverse(PAGE), {"q": text})
        shown = text_of(answer)
        assert "Another customer file exists; ask Carol." in shown, text
        assert "SECRET-9" not in shown and f"/customers/{hidden.pk}/" not in shown
        assert AccessLog.objects.filter(actor=cast.alice, kind="search", data__query=text).exists(), text
    for text in ("上海东方", "62340000", "91310000", "SECRET-9"):
        assert "exists" not in text_of(client.get(reverse(PAGE), {"q": text})), text
    client.force_login(cast.hugo)
    assert "Carol" not in text_of(client.get(reverse(PAGE), {"q": "上海东方贸易"}))


def test_the_handbook_says_whether_owner_or_superior_is_asked(cast, client):
    make_customer(cast.carol, name="Hidden Harbour Ltd")
    set_rule_value(
        actor=cast.root, at=timezone.now(), key="customers.duplicate_ask", value="superior",
        from_date=timezone.localdate(), reason="test",
    )  # fmt: skip
    client.force_login(cast.alice)
    assert "ask Mona." in text_of(client.get(reverse(PAGE), {"q": "Hidden Harbour"}))


def test_questions_about_hidden_files_are_counted(cast, client):
    make_customer(cast.carol, name="Hidden Harbour Ltd")
    set_rule_value(
        actor=cast.root, at=timezone.now(), key="search.questions_per_hour", value=3,
        from_date=timezone.localdate(), reason="test",
    )  # fmt: skip
    client.force_login(cast.alice)
    for n in range(3):
        client.get(reverse(PAGE), {"q": f"guess number {n}"})
    shown = text_of(client.get(reverse(PAGE), {"q": "Hidden Harbour"}))
    assert "Carol" not in shown and "searched 3 times" in shown
    AccessLog.objects.all()  # rows of the log are never removed; an hour later there are new questions
    from salesops.search.elsewhere import questions

    assert questions(cast.alice, "Hidden Harbour", at=timezone.now() + timedelta(hours=1, minutes=1)).answers


@pytest.mark.parametrize("place", [PAGE, BOX])
@pytest.mark.parametrize(
    "text",
    ["\x00", "a\x00b", "x" * 1_000_000, "汉" * 1_000_000, "%", "' OR 1=1 --", "a & | ! :*", "\\", "\ud800", "\u202eabc",
     "(" * 5000, "1" * 100, "<script>alert(1)</script>", "𠀀𠀁", "'a':*"],
)  # fmt: skip
def test_no_text_breaks_the_search(cast, client, place, text):
    """I1, I8, I11: an answer or a bad request, never a fault."""
    make_customer(cast.alice, name="Anything")
    client.force_login(cast.alice)
    client.raise_request_exception = False
    address = reverse(place)
    answer = client.get(address, {"q": text.encode("utf-8", "surrogatepass")})
    assert answer.status_code in (200, 302, 400)
    assert b"<script>alert" not in answer.content


def test_the_time_is_limited_and_the_page_says_so(cast, client, monkeypatch):
    """I11: a search that takes too long ends, the page stands."""
    make_customer(cast.alice, name="Slowname")
    client.force_login(cast.alice)
    index_waiting()
    monkeypatch.setattr("salesops.search.selectors.TIME_LIMIT_MS", 30)
    monkeypatch.setattr(
        "salesops.search.selectors.RANK",
        "CASE WHEN {t}.key = %s OR {t}.title = %s OR starts_with({t}.key, %s) OR starts_with({t}.title, %s) "
        "THEN (SELECT 0 FROM pg_sleep(1)) ELSE (SELECT 2 FROM pg_sleep(1)) END",
    )
    answer = client.get(reverse(PAGE), {"q": "slowname"})
    assert answer.status_code == 200 and answer.context["found"].late
    assert "found too often" in text_of(answer)


def test_without_signing_in_there_is_no_search(client):
    for place in (PAGE, BOX):
        assert client.get(reverse(place), {"q": "a"}).status_code == 302
