"""Who sees a number masked cannot get at it by asking about its parts: search, lists, pickers, history, forms."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from customers.filters import ContactFilter, CustomerFilter, VisitFilter
from customers.filters.deals import LeadFilter, OpportunityFilter
from customers.models import Contact, Customer, Lead, Opportunity, TaxProfile, Visit
from customers.services.contacts import save_address
from salesops.accounts.models import User
from salesops.audit.masking import history_masks, masked_fields
from salesops.audit.models import RowChange
from salesops.search import lists
from salesops.search.registry import kinds
from salesops.search.selectors import find
from salesops.search.services import index_recent, index_waiting
from salesops.ui.filters import RecordFilterSet
from salesops.ui.views.choices import with_word
from tests.factories.customers import make_contact, make_customer, make_visit
from tests.factories.deals import make_deal, make_lead

pytestmark = pytest.mark.django_db

NUMBER, SECOND = "+8613812345678", "+8613987654321"
PARTS = ("1381", "13812", "138123", "1381234567", "+86 138 1234", "12345678", "2345678", "86138123456")
WHOLE = (
    "13812345678",
    "138 1234 5678",
    "138-1234-5678",
    "+86 138 1234 5678",
    "008613812345678",
    "8613812345678",
)


@pytest.fixture
def files(cast):
    """Alice's file with its people, visit and deal, and a lead of hers; Bob, who leads her, sees the numbers masked."""
    customer = make_customer(cast.alice, name="Quiet Harbour Ltd", phone=NUMBER)
    contact = make_contact(customer, name="Ann Lee", phone=NUMBER, second_phone=SECOND)
    visit = make_visit(customer, cast.alice)
    deal = make_deal(cast.alice, customer, title="Cranes")
    lead = make_lead(cast.alice, name="Fair visitor", contact_name="Max", phone=NUMBER)
    index_waiting()
    return SimpleNamespace(customer=customer, contact=contact, visit=visit, deal=deal, lead=lead)


def hits(user, text):
    index_recent()
    return {str(hit.obj) for hit in find(User.objects.get(pk=user.pk), text).hits}


def counts(user, text):
    return sum(group.count for group in find(User.objects.get(pk=user.pk), text).groups)


@pytest.mark.parametrize("text", PARTS)
def test_the_search_box_says_nothing_of_a_part_of_a_number_to_who_sees_it_masked(cast, files, text):
    own = {"Quiet Harbour Ltd", "Ann Lee", "Fair visitor"}
    assert hits(cast.alice, text) == own
    for reader in (cast.bob, cast.mona, cast.gina):
        assert hits(reader, text) == set() and counts(reader, text) == 0, reader


@pytest.mark.parametrize("text", [*WHOLE, "5678"])
def test_a_whole_number_and_what_its_mask_shows_are_found_by_all_who_see_the_file(cast, files, text):
    for reader in (cast.alice, cast.bob, cast.mona, cast.gina):
        assert hits(reader, text) == {"Quiet Harbour Ltd", "Ann Lee", "Fair visitor"}, reader
    assert hits(cast.carol, text) == set()


def test_the_end_of_a_short_number_which_its_mask_hides_finds_nothing(cast):
    make_customer(cast.alice, name="Village Shop", phone="5551234")  # shown as 5***234
    for text, shown in (("1234", set()), ("55512", set()), ("5551234", {"Village Shop"})):
        assert hits(cast.alice, text) == {"Village Shop"}
        assert hits(cast.bob, text) == shown, text


def test_a_number_beside_a_word_is_not_guessed_either(cast, files):
    for text in ("Quiet 1381", "Ann 13812", "harbour 2345678", "max 138123"):
        assert hits(cast.alice, text) and not hits(cast.bob, text), text
    assert hits(cast.bob, "Ann 13812345678") == {"Ann Lee"}


def test_who_got_the_file_finds_the_parts_and_who_gave_it_does_so_no_more(cast, files):
    Customer.objects.filter(pk=files.customer.pk).update(owner=cast.bob)
    assert hits(cast.bob, "138123") == {"Quiet Harbour Ltd", "Ann Lee"}
    assert hits(cast.alice, "138123") == {"Fair visitor"}


def listed(filters, model, user, text):
    return set(filters({"q": text}, model.objects.all(), request=SimpleNamespace(user=user)).qs)


@pytest.mark.parametrize("large", [False, True])
def test_lists_of_customers_and_contacts_answer_to_whole_numbers_only(cast, files, monkeypatch, large):
    monkeypatch.setattr(lists, "is_large", lambda model: large)
    for text in PARTS:
        for filters, model in ((CustomerFilter, Customer), (ContactFilter, Contact), (LeadFilter, Lead)):
            assert not listed(filters, model, cast.bob, text), (model, text)
    for text in ("138123", "12345678"):
        assert listed(CustomerFilter, Customer, cast.alice, text) == {files.customer}
        assert listed(ContactFilter, Contact, cast.alice, text) == {files.contact}
    for reader in (cast.alice, cast.bob):
        for text in WHOLE:
            assert listed(CustomerFilter, Customer, reader, text) == {files.customer}, text
            assert listed(ContactFilter, Contact, reader, text) == {files.contact}, text
        assert listed(ContactFilter, Contact, reader, "139 8765 4321") == {files.contact}
    desk = make_contact(files.customer, name="Front Desk", phone="+862162345678;ext=801")
    for text in ("021-62345678", "+86 21 6234 5678"):
        assert listed(ContactFilter, Contact, cast.bob, text) == {desk}, text
    assert listed(ContactFilter, Contact, cast.alice, "987654") == {files.contact}
    assert not listed(ContactFilter, Contact, cast.bob, "987654")


@pytest.mark.parametrize("large", [False, True])
def test_visits_and_deals_are_not_found_by_a_part_of_their_customers_number(cast, files, monkeypatch, large):
    monkeypatch.setattr(lists, "is_large", lambda model: large)
    for filters, model in ((VisitFilter, Visit), (OpportunityFilter, Opportunity)):
        for text in PARTS:
            assert not listed(filters, model, cast.bob, text), (model, text)


def test_a_picker_of_a_very_large_table_tells_nothing_either(cast, files, monkeypatch):
    for place in ("salesops.search.lists.is_large", "salesops.ui.views.choices.is_large"):
        monkeypatch.setattr(place, lambda model: True)
    for model, row in ((Customer, files.customer), (Lead, files.lead)):
        rows = model.objects.all()
        assert set(with_word(rows, "138123", cast.alice)) == {row}
        for word in ("1381", "138123", "1381234567", "2345678"):
            assert not with_word(rows, word, cast.bob), word
        assert set(with_word(rows, "13812345678", cast.bob)) == {row}


def test_no_list_sorts_by_what_it_masks(cast, files, client):
    """The order of rows is an answer, too."""
    make_customer(cast.alice, name="Second Ltd", phone="+8613700000000")
    client.force_login(cast.bob)
    for page in ("customers:customer_list", "customers:contact_list", "customers:lead_list"):
        plain = client.get(reverse(page)).content
        for name in ("phone", "-phone", "email", "-email", "second_phone", "bank_account", "birthday"):
            answer = client.get(reverse(page), {"sort": name})
            assert answer.status_code in (200, 302, 400)
            if answer.status_code == 200:
                assert b"13700000000" not in answer.content
                assert _rows(answer.content) == _rows(plain), (page, name)


def _rows(content):
    return content.partition(b"<tbody")[2].partition(b"</tbody>")[0]


def test_the_history_of_rows_masks_addresses_and_titles_and_the_year_of_birth(cast, files):
    save_address(
        actor=cast.alice, at=timezone.now(), customer=files.customer, kind="ship", text="Pier 5", phone=SECOND,
        receiver="Wang",
    )  # fmt: skip
    row = make_title(files.customer, email="secret.person@example.com")
    files.contact.birthday = date(1980, 5, 4)
    files.contact.save()
    for table in ("customers_address", "customers_taxprofile", "customers_contact"):
        for change in RowChange.objects.filter(table_name=table):
            shown = str(history_masks.apply(table, change.new, cast.bob))
            for secret in ("87654321", "secret.person", "1980"):
                assert secret not in shown, (table, secret)
    assert row.email


def make_title(customer, **values):
    return TaxProfile.objects.create(
        customer=customer, title="Quiet Harbour", from_date=date(2026, 1, 1), **values
    )


def test_forms_over_a_file_of_others_show_neither_the_year_of_birth_nor_the_mail_of_a_title(
    cast, files, client
):
    Contact.objects.filter(pk=files.contact.pk).update(birthday=date(1980, 5, 4))
    row = make_title(files.customer, email="secret.person@example.com")
    pages = {
        reverse("customers:contact_edit", args=[files.contact.pk]): "1980",
        reverse("customers:taxprofile_edit", args=[row.pk]): "secret.person",
    }
    for url, secret in pages.items():
        client.force_login(cast.alice)
        assert secret in client.get(url).content.decode()
        client.force_login(cast.bob)
        assert secret not in client.get(url).content.decode(), url
    url = reverse("customers:contact_edit", args=[files.contact.pk])
    assert client.post(url, {"name": "Ann Lee-Wang"}).status_code == 302
    files.contact.refresh_from_db()
    assert (files.contact.birthday, files.contact.phone) == (date(1980, 5, 4), NUMBER), (
        "empty leaves it as it was"
    )


LOOKUPS = {"exact", "iexact", "contains", "icontains", "startswith", "istartswith"}


def test_no_search_field_or_kind_holds_what_is_masked():
    """A masked field is looked for by the ways of this file alone, never by a list of columns."""
    masked = {(entry.model, entry.field) for entry in masked_fields.all()}
    for kind in kinds:
        for name in (*kind.numbers, *kind.names, *kind.notes):
            assert (kind.model, name) not in masked, f"{kind.key}.{name}"
        if any((kind.model, name) in masked for name in kind.phones):
            assert kind.in_full is not None, kind.key
    for model in apps.get_models():
        for name in getattr(model, "choice_search", ()):
            assert (model, name) not in masked, f"{model.__name__}.{name}"

    def below(cls):
        for sub in cls.__subclasses__():
            yield sub
            yield from below(sub)

    fields = {name for _model, name in masked}
    for filters in below(RecordFilterSet):
        model = filters._meta.model
        for name in filters.search_fields:
            last = [part for part in name.split("__") if part not in LOOKUPS][-1]
            assert last not in fields or model is User, f"{filters.__name__}.{name}"
        for name, item in filters.base_filters.items():
            assert item.field_name is None or item.field_name.split("__")[-1] not in fields, (
                f"{filters}.{name}"
            )
