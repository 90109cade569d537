"""Prints as page and PDF: languages, figures, texts of the staff, and that nothing is ever fetched (I4, I5)."""

import re
import shutil
import socket
import subprocess
import threading
import zlib
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from receivables.selectors.statements import statement_of
from receivables.services import reverse_receipt
from salesops.audit.models import AccessLog
from salesops.core.errors import Duplicate, InvalidInput, NotAllowed
from salesops.documents import letters, services
from salesops.documents.pdf import PdfMissing, to_pdf
from tests.factories.contracts import make_contract
from tests.factories.deals import make_goods
from tests.factories.documents import AT
from tests.factories.orders import make_buyer, make_order
from tests.factories.receivables import make_credit_note, make_receipt, make_receivable, noon


def has_pango():
    try:
        return to_pdf("<p>x</p>").startswith(b"%PDF")
    except PdfMissing:
        return False


needs_pango = pytest.mark.skipif(
    not has_pango(), reason="no PDF here: libpango-1.0-0 and libpangoft2-1.0-0 are not installed"
)


def page(key, obj, pdf=False, **query):
    return reverse(f"documents:print{'_pdf' if pdf else ''}", args=[key, obj.pk], query=query)


def text_of(pdf, tmp_path):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    (tmp_path / "x.pdf").write_bytes(pdf)
    run = subprocess.run(["pdftotext", "-layout", tmp_path / "x.pdf", "-"], capture_output=True, check=True)
    return run.stdout.decode()


@pytest.fixture
def order(cast):
    buyer = make_buyer(cast.alice, name="Nordlicht GmbH", country="Germany")
    return make_order(buyer, lines=[("1", "107000.53")])


def test_an_order_prints_in_each_language_and_in_two(cast, client, order):
    client.force_login(cast.alice)
    shown = {
        code: client.get(page("orders.confirmation", order, lang=code)).content.decode()
        for code in ("en", "zh-hans", "zh-hant", "zh-hans,en")
    }
    assert "Order confirmation" in shown["en"] and "元" not in shown["en"].split("<article")[1]
    assert "订单确认书" in shown["zh-hans"] and "人民币壹拾万柒仟元伍角叁分" in shown["zh-hans"]
    assert "訂單確認書" in shown["zh-hant"] and "人民幣壹拾萬柒仟元伍角參分" in shown["zh-hant"]
    both = shown["zh-hans,en"]
    assert "订单确认书" in both and '<span class="second" lang="en">Order confirmation</span>' in both
    for html in shown.values():
        assert "107,000.53" in html and "Nordlicht GmbH" in html


def test_a_print_for_a_customer_abroad_is_bilingual_unless_asked_otherwise(cast, client, order):
    client.force_login(cast.alice)
    assert 'lang="en">Order confirmation' in client.get(page("orders.confirmation", order)).content.decode()
    order.customer.country = "中国"
    order.customer.save()
    assert "订单确认书" not in client.get(page("orders.confirmation", order)).content.decode()


def test_a_contract_prints_parties_amount_in_words_term_and_signatures(cast, client):
    buyer = make_buyer(cast.alice, name="Nordlicht GmbH", country="Germany")
    paper = make_contract(
        buyer, amount=Decimal("107000.53"), end_date=date(2026, 12, 31), our_party="Our Works Ltd.",
        their_signatory="Anna Berg", subject="Pumps for 2026", remarks="Spare parts included",
    )  # fmt: skip
    client.force_login(cast.alice)
    both = client.get(page("contracts.contract", paper)).content.decode()  # abroad: in two languages
    assert '<span class="second" lang="en">For the customer: signature, seal, date</span>' in both
    for words in (
        "人民币壹拾万柒仟元伍角叁分", "107,000.53", "2026-12-31", paper.number, "Nordlicht GmbH", "Our Works Ltd.", "Anna Berg",
        "Pumps for 2026", "Spare parts included",
    ):  # fmt: skip
        assert words in both
    english = client.get(page("contracts.contract", paper, lang="en")).content.decode()
    assert "元" not in english.split("<article")[1] and "not binding" not in english


def test_a_framework_contract_names_no_amount_and_a_draft_says_that_it_does_not_bind(cast, client):
    draft = make_contract(make_buyer(cast.alice), amount=Decimal(0), state="draft", end_date=None)
    client.force_login(cast.alice)
    shown = client.get(page("contracts.contract", draft, lang="zh-hans,en")).content.decode()
    for words in ("Draft: not binding", "As in each order under this contract", "Without a fixed end"):
        assert words in shown
    assert "零元" not in shown


@needs_pango
def test_a_contract_is_a_pdf_for_who_sees_it(cast, client):
    paper = make_contract(make_buyer(cast.alice))
    client.force_login(cast.carol)
    assert client.get(page("contracts.contract", paper, pdf=True)).status_code == 404
    client.force_login(cast.alice)
    answer = client.get(page("contracts.contract", paper, pdf=True, lang="en"))
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")


def test_every_print_is_in_the_access_log(cast, client, order):
    client.force_login(cast.alice)
    client.get(page("orders.confirmation", order, lang="en"))
    row = AccessLog.objects.get(purpose="print")
    assert (row.actor, row.object_id, row.data["fields"]) == (
        cast.alice,
        order.pk,
        ["orders.confirmation", "en"],
    )


def test_a_print_is_of_who_may_see_the_record(cast, client, order):
    client.force_login(cast.carol)
    assert client.get(page("orders.confirmation", order)).status_code == 404
    assert client.get(page("no.such", order)).status_code == 404
    client.force_login(cast.sam)  # sees customers, not money
    assert client.get(page("receivables.statement", order.customer)).status_code == 403


@pytest.fixture
def account(cast):
    customer = make_buyer(cast.alice, name="Balance Ltd.")
    may, june = date(2026, 5, 4), date(2026, 6, 10)
    make_receivable(customer, amount=Decimal("1000.00"), issued=may, due=date(2026, 6, 3))
    make_receivable(customer, amount=Decimal("500.00"), issued=june, due=date(2026, 7, 10))
    make_receipt(customer, amount=Decimal("300.00"), received=may, at=noon(may))
    wrong = make_receipt(customer, amount=Decimal("70.00"), received=june, at=noon(june))
    reverse_receipt(actor=cast.dora, receipt=wrong, reason="wrong account", at=noon(date(2026, 6, 20)))
    make_credit_note(customer, amount=Decimal("50.00"), on=june, at=noon(june))
    return customer


def test_a_statement_opens_moves_closes_and_ages(cast, account):
    [part] = statement_of(account, since=date(2026, 6, 1), on=date(2026, 6, 30), user=cast.dora)
    assert part.opening == Decimal("700.00")
    assert [(m.charged, m.paid, m.balance) for m in part.movements] == [
        (Decimal("500.00"), Decimal("0.00"), Decimal("1200.00")),
        (Decimal("0.00"), Decimal("70.00"), Decimal("1130.00")),
        (Decimal("0.00"), Decimal("50.00"), Decimal("1080.00")),
        (Decimal("0.00"), Decimal("-70.00"), Decimal("1150.00")),
    ]
    assert part.closing == Decimal("1150.00") == part.ages.outstanding - part.ages.unallocated
    assert part.ages.cells["1-30"] == Decimal("1000.00") and part.ages.cells["not_due"] == Decimal("500.00")


def test_a_statement_prints_with_its_words_and_figures(cast, client, account):
    client.force_login(cast.dora)
    answer = client.get(
        page("receivables.statement", account, lang="zh-hant,en", since="2026-06-01", on="2026-06-30")
    )
    shown = answer.content.decode()
    for part in (
        "對帳單",
        "Statement of account",
        "期初餘額",
        "700.00",
        "1,150.00",
        "人民幣壹仟壹佰伍拾元整",
    ):
        assert part in shown, part


def test_a_year_of_nonsense_in_the_address_is_the_time_of_now(cast, client, account):
    client.force_login(cast.dora)
    for query in (
        {"on": "x", "since": "9999-99-99"},
        {"since": "2026-07-01", "on": "2026-06-01"},
        {"lang": "xx,,"},
    ):
        assert client.get(page("receivables.statement", account, **query)).status_code == 200


def test_texts_of_the_staff_are_filled_in_and_escaped(cast, client, order):
    for language, body in (
        ("en", "Dear {customer}, <b>order</b> {number} of {company}."),
        ("zh-hans", "致{customer}"),
    ):
        services.set_text(
            actor=cast.mona, at=AT, place="opening", language=language, from_date=AT.date(), body=body
        )
    services.set_letterhead(
        actor=cast.gina,
        at=AT,
        from_date=AT.date(),
        name_en="Lamp & Works",
        name_zh_hans="灯具厂",
        bank="Bank 1\n6222",
    )
    order.customer.name = "<script>alert(1)</script>"
    order.customer.save()
    client.force_login(cast.alice)
    shown = client.get(page("orders.confirmation", order, lang="zh-hans,en")).content.decode()
    assert "<script>alert" not in shown and "&lt;b&gt;order&lt;/b&gt;" in shown
    assert "致&lt;script&gt;" in shown and order.number in shown
    assert "灯具厂" in shown and "Lamp &amp; Works" in shown and "6222" in shown
    later = client.get(page("orders.confirmation", order, on="2026-01-01")).content.decode()
    assert "Lamp &amp; Works" not in later  # of a day before the letterhead


@pytest.mark.parametrize(
    "body",
    [
        "{% load static %}",
        "{{ settings.SECRET_KEY }}",
        "{{user}}",
        "{user.password}",
        "{customer.owner}",
        "{__class__}",
        "{% include '/etc/passwd' %}",
        "${7*7}",
        "{{7*7}}",
        "{0}",
    ],
)
def test_texts_are_no_templates(cast, body):
    with pytest.raises(InvalidInput):
        services.set_text(
            actor=cast.mona, at=AT, place="footer", language="en", from_date=AT.date(), body=body
        )
    # and should one ever be there, it is text
    assert "SECRET" in letters.fill("{{ settings.SECRET_KEY }}", {"customer": "x"})
    assert letters.fill("{customer!r} {customer}", {"customer": "<i>"}) == "{customer!r} &lt;i&gt;"


def test_what_stands_on_prints_is_for_few_and_never_for_the_past(cast):
    text = {"place": "footer", "language": "en", "body": "x"}
    with pytest.raises(NotAllowed):
        services.set_text(actor=cast.alice, at=AT, from_date=AT.date(), **text)
    with pytest.raises(InvalidInput, match="stays"):
        services.set_text(actor=cast.lena, at=AT, from_date=date(2026, 5, 3), **text)
    services.set_text(actor=cast.lena, at=AT, from_date=AT.date(), **text)
    with pytest.raises(Duplicate):
        services.set_text(actor=cast.lena, at=AT, from_date=AT.date(), **text)


@contextmanager
def listener():
    """A web server that only counts who knocks."""
    knocks = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        open_ = threading.Event()

        def wait():
            while not open_.is_set():
                try:
                    connection, _address = server.accept()
                except TimeoutError:
                    continue
                except OSError:
                    return
                knocks.append(1)
                connection.close()

        thread = threading.Thread(target=wait)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}", knocks
        open_.set()
        thread.join()


def inflated(pdf):
    """Every compressed part of a PDF, unpacked."""
    parts = b""
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            parts += zlib.decompressobj().decompress(packed)
    return parts


@needs_pango
def test_a_pdf_fetches_and_embeds_nothing(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-of-the-file")
    with listener() as (place, knocks):
        hostile = f"""<style>@import url(http://{place}/a.css); @import url(file://{secret});
        body {{ background: url(http://{place}/b.png) }}
        @font-face {{ font-family: x; src: url(http://{place}/x.woff) }}</style>
        <link rel=stylesheet href=http://{place}/c.css><link rel=attachment href=file://{secret}>
        <link rel=attachment href=http://{place}/d><img src=http://{place}/e.png><img src=file://{secret}>
        <img src=file:///etc/passwd><img src={secret}><object data=file://{secret}></object>
        <iframe src=http://{place}/f></iframe><embed src=http://{place}/g>
        <a rel=attachment href=file://{secret}>x</a><p style="font-family:x">still here</p>
        <svg><image href="http://{place}/h.png"/></svg>"""
        made = to_pdf(hostile)
        raw = made + inflated(made)
    assert knocks == []
    assert made.startswith(b"%PDF") and b"canary-of-the-file" not in raw and b"EmbeddedFile" not in raw
    assert "still here" in text_of(made, tmp_path)


@needs_pango
def test_a_hostile_customer_name_reaches_the_pdf_as_text(cast, client, order, tmp_path):
    with listener() as (place, knocks):
        order.customer.name = f"<img src=http://{place}/x.png>"
        order.customer.save()
        client.force_login(cast.alice)
        answer = client.get(page("orders.confirmation", order, pdf=True, lang="en"))
    assert answer.status_code == 200 and knocks == []
    assert answer["Content-Type"] == "application/pdf" and answer["Content-Disposition"].startswith(
        "attachment"
    )
    assert "<img" in text_of(answer.content, tmp_path)


@needs_pango
def test_a_pdf_says_what_the_page_says(cast, client, order, tmp_path):
    client.force_login(cast.alice)
    answer = client.get(page("orders.confirmation", order, pdf=True, lang="zh-hans,en"))
    said = text_of(answer.content, tmp_path)
    assert "Order confirmation" in said and "107,000.53" in said
    assert order.number in said


@needs_pango
def test_sums_words_and_signatures_never_stand_on_a_page_without_a_line(cast, client, tmp_path):
    """Of whatever length the order is: the last line goes with its sum, and each page has the heads of the columns."""
    buyer = make_buyer(cast.alice, name="Long List Ltd.")
    order = make_order(
        buyer, lines=[("1", f"{n}.53") for n in range(1, 61)], product=make_goods(name="Ladle")
    )
    client.force_login(cast.alice)
    html = client.get(page("orders.confirmation", order, lang="zh-hans")).content.decode()
    html = re.sub(r"<nav.*?</nav>|<link[^>]*>|<script.*?</script>", "", html, flags=re.S)
    rows = re.findall(r'<tr><td class="num">.*?</tr>', html, flags=re.S)
    assert len(rows) == 60
    before, after = html.split(rows[0])[0], html.split(rows[-1])[1]
    lengths = (60, *range(25, 36))  # about as many as one page takes
    seen = set()
    for length in lengths:
        said = text_of(to_pdf(before + "".join(rows[:length]) + after), tmp_path)
        *others, last = said.rstrip("\f").split("\f")
        for words in ("Ladle", "合计", "大写金额", "签字"):
            assert words in last, (length, words)
        assert all("数量" in leaf for leaf in [*others, last]), length
        assert not any("合计" in leaf for leaf in others), length
        seen.add(len(others))
    assert {0, 1} <= seen, "the lengths around one page are among them"


def test_a_machine_without_pango_says_so_and_shows_the_page(cast, client, order, monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    client.force_login(cast.alice)
    answer = client.get(page("orders.confirmation", order, pdf=True, lang="en"))
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "libpango-1.0-0" in shown and "Nordlicht GmbH" in shown
