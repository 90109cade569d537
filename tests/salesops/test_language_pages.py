"""No page mixes languages: all that the program says is Chinese on a Chinese page."""

import re
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from salesops.documents.kinds import KINDS
from tests.factories.contracts import make_contract
from tests.factories.customers import make_contact, make_customer, make_visit
from tests.factories.orders import make_order
from tests.factories.performance import make_target
from tests.factories.receivables import make_credit_note, make_receipt, make_receivable

WORD = re.compile(r"[A-Za-z]{3,}")
# Codes, keys, addresses and file names are the same in every language.
CODE = re.compile(r"\S*[A-Za-z0-9][_@./:={}\d-]+[A-Za-z0-9{]\S*|\b[A-Z]{2,}\b|\{\w+\}")
SHOWN = {"title", "alt", "placeholder", "aria-label", "aria-description", "data-label"}
SAME = {
    *KINDS,
    "GiB",
    "Webhook",
    *("Apple", "Google", "Outlook", "Shift", "Ctrl", "Enter"),  # names of calendars and of keys
    *("SalesOps", "English", "Excel", "MiB", "pcs", "otd", "revisit"),
    # what the cast and the factories call things
    *("Alice", "Bob", "Carol", "Mona", "Dora", "Hugo", "Otto", "Lena", "Gina", "Aida", "Root", "Leo", "Sam"),
    *("Asha", "Company", "Sales", "Office", "Group", "Customer", "Number", "Ltd", "Contact", "They", "want"),
    *(
        name.lower()
        for name in ("Alice", "Bob", "Carol", "Mona", "Dora", "Hugo", "Otto", "Lena", "Gina", "Aida")
    ),
    *("root", "leo", "sam", "asha"),
    # the English name of a class of documents stands on its page beside the Chinese ones
    "requirement",
    *("Matter", "Other"),  # kinds of requests that the factories bring along
    *("more", "Product", "Allowance", "Domestic", "Export", "Nordlicht", "GmbH", "Lamp", "pieces"),
}
DRAWN = re.compile(r"<div id=\"[^\"]+\" hidden>[^<]*</div>")  # what a chart is drawn from
NOT_PAGES = re.compile(r"sign-out|/i18n/|/static/|/admin/|format=|/export|\.csv|\.xlsx|part=")


class Page(HTMLParser):
    """Texts, shown attributes and links of a page; scripts and texts marked with ``lang`` are left out."""

    def __init__(self, html):
        super().__init__()
        self.texts, self.links, self.silent = [], [], 0
        self.feed(DRAWN.sub("", html))

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("script", "style", "code")
        for name, value in attrs:
            if value and name in SHOWN:
                self.texts.append(value)
            if value and tag == "a" and name == "href":
                self.links.append(value)

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style", "code")

    def handle_data(self, data):
        if not self.silent:
            self.texts.append(data)

    def foreign_words(self):
        return {word for text in self.texts for word in WORD.findall(CODE.sub(" ", text))} - SAME


def kind_of(url):
    """Pages that differ only by a number are of one kind."""
    return re.sub(r"/(\d+|\d{4}-\w+)(?=/|$)", "/#", urlsplit(url).path)


def walk(client, most=260):
    """One page of every kind that can be reached by links from the workbench."""
    seen, waiting, done = Counter(), ["/"], set()
    while waiting and len(done) < most:
        url = waiting.pop(0)
        kind = kind_of(url)
        if url in done or seen[kind] or NOT_PAGES.search(url):
            continue
        seen[kind] += 1
        done.add(url)
        answer = client.get(url, follow=True)
        if "html" in answer.headers.get("Content-Type", ""):
            page = Page(answer.content.decode())
            yield url, answer, page
            waiting += [urljoin(url, link.partition("#")[0]) for link in page.links if link[:1] in "/?."]


@pytest.fixture
def house(cast):
    """A little of everything."""
    customer = make_customer(cast.alice, country="CN")
    contact = make_contact(customer)
    make_visit(customer, contacts=[contact])
    make_visit(customer, on=date(2031, 3, 2), done=False)
    make_contract(customer)
    make_order(customer)
    make_order(customer, state="submitted")
    item = make_receivable(customer)
    make_receipt(customer, to={item: "40.00"})
    make_credit_note(customer, receivable=item)
    make_target("sal_amt", "2026", 1000, team=cast.group_a)
    return cast


@pytest.mark.parametrize(
    ("name", "language"),
    # What no catalogue holds is missing in both scripts: who sees much reads the other one.
    [("alice", "zh-hans"), ("dora", "zh-hans"), ("root", "zh-hans"), ("mona", "zh-hant")],
)
def test_chinese_pages_hold_no_english_words(client, house, name, language):
    person = getattr(house, name)
    person.language = language
    person.save()
    client.force_login(person)
    client.raise_request_exception = False
    faults, pages = {}, 0
    for url, answer, page in walk(client):
        assert answer.status_code < 500, url
        pages += 1
        if found := page.foreign_words():
            faults[url] = sorted(found)
    assert not faults
    assert pages > 40


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
@pytest.mark.parametrize(
    "url",
    [
        "/customers/customers/new/",
        "/customers/visits/new/",
        "/contracts/contracts/new/",
        "/receivables/receivables/new/",
        "/receivables/receipts/new/",
        "/performance/targets/new/",
        "/accounts/people/new/",
        "/catalog/products/new/",
    ],
)
def test_an_empty_form_is_refused_in_the_reader_s_language(client, house, url, language):
    for person in (house.alice, house.dora, house.mona, house.hugo, house.otto):
        person.language = language
        person.save()
        client.force_login(person)
        if client.get(url).status_code == 200:
            break
    answer = client.post(url, {})
    assert answer.status_code in (200, 422), answer.status_code
    assert not Page(answer.content.decode()).foreign_words()


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_the_page_before_signing_in_is_in_the_browser_s_language(client, db, language):
    for url in ("/accounts/sign-in/", "/accounts/password/forgotten/"):
        answer = client.get(url, follow=True, headers={"accept-language": language})
        if answer.status_code == 200:
            assert not Page(answer.content.decode()).foreign_words()
