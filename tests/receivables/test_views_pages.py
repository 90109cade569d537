"""The pages of the ledger as people use them."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from receivables.models import CreditNote, Receipt, Receivable
from receivables.selectors import AgeingQuery, ageing_report
from receivables.views import ageing
from salesops.audit.models import AccessLog, AuditEvent
from tests.factories.receivables import make_credit_note, make_customer, make_receipt, make_receivable

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
NOW = timezone.now()


def recent(customer, amount="100.00", due=-10, **more):
    return make_receivable(
        customer,
        amount=amount,
        issued=TODAY - timedelta(days=40),
        due=TODAY + timedelta(days=due),
        at=NOW,
        **more,
    )


@pytest.fixture
def dora(client, cast):
    client.force_login(cast.dora)
    return client


def url(name, *args):
    return reverse(f"receivables:{name}", args=args)


def form_key(answer):
    return answer.context["form_key"]


def test_recording_a_receipt_settles_the_amounts_typed_beside_the_items(dora, cast):
    customer = make_customer(owner=cast.alice)
    first, second = recent(customer), recent(customer, due=5)
    page = dora.get(url("receipt_create") + f"?customer={customer.pk}")
    assert first.number in page.content.decode()
    data = {
        "form_key": form_key(page),
        "customer": customer.pk,
        "received_date": TODAY.isoformat(),
        "amount": "130",
        "method": "transfer",
        "bank_account": "ICBC",
        "bank_reference": "R-1",
        f"item-{first.pk}": "100",
        f"item-{second.pk}": "12.50",
    }
    answer = dora.post(url("receipt_create"), data)
    receipt = Receipt.objects.get()
    assert answer.status_code == 302 and answer["Location"] == url("receipt_detail", receipt.pk)
    assert (receipt.used, receipt.unallocated) == (D("112.50"), D("17.50"))
    dora.post(url("receipt_create"), data)
    assert Receipt.objects.count() == 1
    again = dora.post(url("receipt_create"), {**data, "form_key": form_key(dora.get(url("receipt_create")))})
    assert again.status_code in (400, 409) and receipt.number in again.content.decode()


def test_without_javascript_a_button_shows_the_open_items_and_keeps_what_was_typed(dora, cast):
    customer = make_customer()
    item = recent(customer)
    data = {"customer": customer.pk, "amount": "55.5", "bank_reference": "X-9", "add_line": "items"}
    text = dora.post(url("receipt_create"), data).content.decode()
    assert item.number in text and "X-9" in text and not Receipt.objects.exists()
    part = dora.post(url("open_items"), data, headers={"HX-Request": "true"}).content.decode()
    assert item.number in part and "<html" not in part


def test_an_item_of_another_customer_is_not_even_a_field(dora):
    customer, stranger = make_customer(), make_customer()
    foreign = recent(stranger)
    page = dora.get(url("receipt_create"))
    dora.post(
        url("receipt_create"),
        {
            "form_key": form_key(page),
            "customer": customer.pk,
            "received_date": TODAY.isoformat(),
            "amount": "100",
            "method": "transfer",
            f"item-{foreign.pk}": "100",
            "owner": 1,
            "number": "HACK",
            "used": "5",
        },
    )
    receipt = Receipt.objects.get()
    assert receipt.used == 0 and receipt.number.startswith("SK-")
    assert Receivable.objects.get(pk=foreign.pk).settled == 0


@pytest.mark.parametrize(
    "amount", ["NaN", "Infinity", "1e400", "0.005", "-5", "1,5,5", "12345678901234567890"]
)
def test_odd_numbers_are_field_errors(dora, amount):
    customer = make_customer()
    page = dora.get(url("receipt_create"))
    answer = dora.post(
        url("receipt_create"),
        {
            "form_key": form_key(page),
            "customer": customer.pk,
            "received_date": TODAY.isoformat(),
            "amount": amount,
            "method": "transfer",
        },
    )
    assert answer.status_code < 500 and not Receipt.objects.exists()


def test_allocating_later_by_amount_or_oldest_first(dora):
    customer = make_customer()
    old, young = recent(customer, due=-20), recent(customer, due=-1)
    receipt = make_receipt(customer, amount="150.00", received=TODAY, at=NOW)
    page = dora.get(url("receipt_allocate", receipt.pk))
    assert old.number in page.content.decode()
    data = {"form_key": form_key(page), "date": TODAY.isoformat()}
    dora.post(url("receipt_allocate", receipt.pk), {**data, f"item-{young.pk}": "10"})
    page = dora.get(url("receipt_allocate", receipt.pk))
    dora.post(url("receipt_allocate", receipt.pk), {**data, "form_key": form_key(page), "oldest": "1"})
    assert [r.outstanding for r in Receivable.objects.order_by("due_date")] == [D("0.00"), D("50.00")]
    assert Receipt.objects.get().unallocated == 0


def test_a_line_is_taken_back_and_a_receipt_reversed_from_their_pages(dora):
    customer = make_customer()
    item = recent(customer)
    receipt = make_receipt(customer, received=TODAY, to={item: "60.00"}, at=NOW)
    line = receipt.lines.get()
    page = dora.get(url("settlementline_reverse", line.pk))
    data = {"reason": "Wrong item", "date": TODAY.isoformat(), "form_key": form_key(page)}
    assert dora.post(url("settlementline_reverse", line.pk), data).status_code == 302
    page = dora.get(url("receipt_reverse", receipt.pk))
    dora.post(url("receipt_reverse", receipt.pk), {**data, "form_key": form_key(page)})
    receipt.refresh_from_db()
    assert receipt.reversed_date == TODAY
    text = dora.get(url("receipt_detail", receipt.pk)).content.decode()
    assert "Wrong item" in text and "Reversed by" in text


def test_a_credit_note_is_posted_for_the_item_it_was_opened_from(dora):
    customer = make_customer()
    item = recent(customer)
    page = dora.get(url("creditnote_create") + f"?customer={customer.pk}&receivable={item.pk}&amount=30")
    dora.post(
        url("creditnote_create"),
        {
            "form_key": form_key(page),
            "customer": customer.pk,
            "receivable": item.pk,
            "date": TODAY.isoformat(),
            "amount": "30",
            "reason": "Scratches",
        },
    )
    assert CreditNote.objects.get().used == D("30.00")


@pytest.mark.parametrize("shown", [500, 1])
def test_every_cell_of_the_report_opens_rows_with_its_sum(dora, cast, monkeypatch, shown):
    """Also where more rows stand behind a cell than a page shows."""
    monkeypatch.setattr(ageing, "MOST_ROWS", shown)
    customer = make_customer(owner=cast.alice)
    recent(customer, amount="70.00", due=-10)
    recent(customer, amount="25.00", due=-35)
    recent(customer, amount="5.00", due=5)
    make_receipt(customer, amount="3.00", received=TODAY, at=NOW)
    make_credit_note(customer, amount="2.00", on=TODAY, at=NOW)
    for by in ("customer", "owner", "team", "none"):
        page = dora.get(url("ageing") + f"?by={by}")
        assert page.status_code == 200
        for row in [*page.context["rows"], page.context["total"]]:
            cells = [(amount, link) for amount, link, _overdue in row["cells"]]
            for amount, link in [*cells, row["outstanding"], row["unallocated"]]:
                assert dora.get(link).context["total"] == amount
    assert page.context["total"]["outstanding"][0] == D("100.00")


@pytest.mark.parametrize(
    "query",
    ["?buckets=x", "?as_of=2026-13-01", "?by=password", "?currency=%27", "?basis=;--", "?customer=9999"],
)
def test_odd_questions_are_refused_and_never_break(dora, query):
    assert dora.get(url("ageing") + query).status_code in (200, 400)
    assert dora.get(url("ageing_items") + query + "&bucket=zz&key=x").status_code in (200, 400)


def test_the_report_is_exported_and_the_export_recorded(dora):
    recent(make_customer(name="=cmd|x"))
    text = dora.get(url("ageing") + "?format=csv").content.decode()
    assert "'=cmd|x" in text and "100.00" in text
    assert dora.get(url("ageing") + "?format=xlsx").content[:2] == b"PK"
    assert AuditEvent.objects.filter(verb="receivables.ageing_exported").count() == 2
    assert AccessLog.objects.filter(kind="export", actor__username="dora").count() == 2


def test_the_list_shows_open_items_and_finds_overdue_ones(dora):
    customer = make_customer()
    late, soon = recent(customer, due=-1), recent(customer, due=3)
    paid = recent(customer, due=-1)
    make_receipt(customer, received=TODAY, to={paid: "100.00"}, at=NOW)
    text = dora.get(url("receivable_list")).content.decode()
    assert late.number in text and soon.number in text and paid.number not in text
    text = dora.get(url("receivable_list") + "?due=overdue&status=all").content.decode()
    assert late.number in text and soon.number not in text and paid.number in text


def test_record_pages_show_how_the_date_came_about_and_what_was_paid(dora, cast):
    customer = make_customer(owner=cast.alice)
    item = make_receivable(customer, issued=TODAY - timedelta(days=40), due=None, at=NOW)
    receipt = make_receipt(customer, received=TODAY, to={item: "60.00"}, at=NOW)
    text = dora.get(url("receivable_detail", item.pk)).content.decode()
    assert "no terms agreed" in text and receipt.number in text
    dora.cookies["django_language"] = "zh-hant"
    assert "no terms agreed" not in dora.get(url("receivable_detail", item.pk)).content.decode()
    del dora.cookies["django_language"]
    assert reverse("receivables:receipt_create") in text


def test_mine_are_mine_alone(client, cast):
    mine, other = recent(make_customer(owner=cast.bob)), recent(make_customer(owner=cast.alice))
    client.force_login(cast.bob)
    text = client.get(url("my_receivables")).content.decode()
    assert mine.number in text and other.number not in text


def test_the_check_page_and_closing_a_month(dora):
    assert "good" in dora.get(url("check")).content.decode()
    page = dora.get(url("periodlock_close"))
    answer = dora.post(url("periodlock_close"), {"month": "2025-01", "form_key": form_key(page)})
    assert answer.status_code == 302
    assert "2025-01" in dora.get(url("periodlock_list")).content.decode()
    refused = dora.post(
        url("periodlock_close"), {"month": "2099-01", "form_key": form_key(dora.get(url("periodlock_close")))}
    )
    assert refused.status_code in (200, 400)


def test_panels_and_cards_appear_where_they_belong(dora, client, cast):
    customer = make_customer(owner=cast.alice)
    recent(customer)
    make_receipt(customer, amount="9.00", received=TODAY, at=NOW)
    page = reverse("customers:customer_detail", args=[customer.pk])
    assert 'href="?rest=1"' in dora.get(page).content.decode()
    assert "age-figures" in dora.get(f"{page}?rest=1").content.decode()
    rest = dora.get(f"{page}?rest=1", headers={"HX-Request": "true"}).content.decode()
    assert "age-figures" in rest and "<html" not in rest
    assert "Money to allocate" in dora.get("/").content.decode()
    client.force_login(cast.alice)
    assert "Payments due" in client.get("/").content.decode()


def test_the_rep_sees_figures_of_own_rows_only(cast):
    recent(make_customer(owner=cast.alice))
    recent(make_customer(owner=cast.carol))
    assert ageing_report(AgeingQuery(as_of=TODAY, user=cast.alice)).total.outstanding == 100


def test_the_bank_account_of_a_receipt_is_in_full_for_finance_only_on_page_list_and_export(cast, client):
    """Z19: the history masks it for a rep, so page, list and export do so, too."""
    receipt = make_receipt(
        make_customer(owner=cast.alice), bank_account="6222020001112223334", bank_reference="R-1"
    )
    page = reverse("receivables:receipt_detail", args=[receipt.pk])
    listed = reverse("receivables:receipt_list")
    asked = {"cols": "number,bank_account", "format": "csv", "purpose": "reconciliation"}
    for person, full in ((cast.dora, True), (cast.gina, True), (cast.alice, False), (cast.mona, False)):
        client.force_login(person)
        shown = client.get(page).content.decode()
        assert ("6222020001112223334" in shown) == full and "3334" in shown, person
        for answer in (client.get(listed, {"cols": "number,bank_account"}), client.get(listed, asked)):
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert receipt.number in body.decode("utf-8-sig")
            assert ("6222020001112223334" in body.decode("utf-8-sig")) == full, person


def test_the_menu_keeps_what_is_done_together_on_one_line(dora):
    page = dora.get(url("refund_list")).content.decode()
    menu = page[page.index("side-sub") : page.index("side-fold")]
    assert "Credits and write-offs" in menu and ">Refunds<" not in menu
    beside = page[page.index("page-tabs") :]
    assert "Write-offs and differences" in beside and "Postings to be checked" in beside
    every = dora.get(reverse("ui:menu")).content.decode()
    assert "<b>Credits and write-offs</b>" in every and ">Refunds<" in every
