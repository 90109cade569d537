"""Every export: the rows of the list and no more, by the rights of the person, and written down (E4, Z4)."""

import csv
import io
from urllib.parse import parse_qsl

import pytest
from django.urls import reverse

from salesops.audit.models import AccessLog
from tests.access.department import build
from tests.access.table import OK, all_rows
from tests.attacks.walks.doors import doors
from tests.attacks.world import make_house, make_prey

pytestmark = pytest.mark.django_db
LISTS = [row for row in doors("get") if row.url.endswith("_list")]
WHO = ("mona", "alice", "dora", "root", "aida", "bob")


@pytest.fixture(scope="module", autouse=True)
def furnished(department, django_db_blocker):
    """One of every record of Carol and of Alice, for all lists of this module."""
    with django_db_blocker.unblock():
        cast = department[0]
        make_house(cast)
        return make_prey(cast.carol), make_prey(cast.alice, "Ownword")


def shown_and_exported(client, address, asked):
    """How many rows the page counts, and what the file holds; ``None`` where no export is offered."""
    address, _mark, own = address.partition("?")
    asked = {**dict(parse_qsl(own)), **asked}
    page = client.get(address, asked)
    assert page.status_code == 200
    answer = client.get(address, {**asked, "format": "csv", "purpose": "walk"})
    if answer.status_code == 403:
        assert not page.context["may_export"]
        return None
    assert answer.status_code == 200
    if "X-Row-Count" not in answer:  # a page of its own, which offers no file
        assert b"format=csv" not in page.content
        return None
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert int(answer["X-Row-Count"]) == len(rows)
    return page.context["measure"].count, rows, page


@pytest.mark.parametrize("row", LISTS, ids=str)
def test_an_export_is_the_list_and_leaves_a_row_in_the_log(row, cast, asked_by):
    """E4: filters, rights and number of rows are those of the page; who, what, how many is on record."""
    _obj, address = build(row, cast)
    searches = (
        ({}, {"q": "Zanzibar"}) if row.url != "audit:accesslog_list" else ({},)
    )  # it lists the searches
    for persona in [name for name in WHO if row.expected("get", name) == OK][:3]:
        with asked_by(persona) as client:
            for asked in searches:
                before = AccessLog.objects.filter(kind="export").count()
                found = shown_and_exported(client, address, asked)
                written = AccessLog.objects.filter(kind="export").order_by("pk")[before:]
                if found is None:
                    assert not written
                    continue
                count, rows, _page = found
                assert len(rows) == count, (persona, asked)
                (entry,) = written
                assert (entry.actor, entry.data["rows"]) == (getattr(cast, persona), len(rows))
                assert entry.data["filters"].get("q", [""]) == [asked.get("q", "")]
                assert entry.content_type is not None
                assert entry.address


def test_every_list_of_the_table_is_walked():
    assert len(LISTS) > 20
    assert {row.url for row in all_rows() if row.url.endswith("_list")} == {row.url for row in LISTS}


def test_a_filter_that_names_a_stranger_exports_nothing_of_them(cast, asked_by, furnished):
    """Z4: the id of another team's customer in the filter of every list that has such a one."""
    prey, _own = furnished
    with asked_by("alice") as client:
        for name in (
            "customers:contact_list",
            "customers:visit_list",
            "orders:order_list",
            "contracts:contract_list",
        ):
            for asked in ({"customer": prey.customer.pk}, {"owner": cast.carol.pk}, {"q": prey.word}):
                answer = client.get(reverse(name), {**asked, "format": "csv", "purpose": "x"})
                if answer.status_code == 200:
                    assert prey.word not in b"".join(answer.streaming_content).decode(), (name, asked)
