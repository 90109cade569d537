"""Every page by every parameter it knows: SQL, wildcards, strange numbers and days, lookups (I1, I2, I8, R3)."""

import re
from zlib import crc32

import pytest
from django.http import QueryDict

from tests.access.department import build
from tests.attacks.walks.doors import doors, names_of, visitor
from tests.attacks.words import words_read

pytestmark = pytest.mark.django_db
SOUP = """'";--%_\\') OR 1=1/*${7*7}"""
LONG = "9" * 4000
# Parameters that pages of this kind often have; all at once with the same word, a third of the words on each page.
USUAL = [
    "q",
    "sort",
    "order",
    "order_by",
    "group_by",
    "by",
    "basis",
    "columns",
    "cols",
    "fields",
    "at",
    "page",
    "page_size",
    "per_page",
    "limit",
    "offset",
    "format",
    "part",
    "view",
    "from",
    "to",
    "next",
    "as_of",
    "on",
    "date",
    "period",
    "key",
    "code",
    "person",
    "team",
    "customer",
    "lang",
    "purpose",
    "year",
    "month",
    "pk",
    "id",
]
TOGETHER = (SOUP, LONG, "1e400", "\u202e１２３\u0663\uffff", "9999-12-31", "0001-01-01")
# One by one where a wrong value of the one would hide the other: in lists and reports. Each parameter gets one
# of them, another one on the next page, since all pages read their parameters by the same few classes.
ALONE = (SOUP, "9" * 19, "0001-01-01")
# Asked for by somebody who knows Django: lookups, joins, connectors, columns that no page offers.
LOOKUPS = (
    "password__startswith=md5&_connector=OR&_negated=1&owner__password__startswith=md5&user__password=a"
    "&created_by__password__regex=.*&pk__in=0&id=0&pk=0&team__path__startswith=x&group_by=owner__password"
    "&columns=password&fields=password&order_by=password&search_fields=password&__class__=x&field__lookup=1"
)


def query(**fields):
    made = QueryDict(mutable=True)
    made.update(fields)
    return made.urlencode()


def joined(address, more):
    return f"{address}{'&' if '?' in address else '?'}{more}"


def keys_of(answer):
    """The rows that a list shows."""
    page = answer.context and answer.context.get("page")
    return [row.pk for row in page.rows] if hasattr(page, "rows") and isinstance(page.rows, list) else None


@pytest.mark.parametrize("row", doors("get"), ids=str)
def test_no_parameter_of_any_page_is_a_fault(row, cast, asked_by, monkeypatch):
    """I1, I8, R3: alone and all together, on lists, records, forms, reports, dashboards and drill-downs.

    Lookups that nobody offered show nothing secret (I2); what they do to lists is asked below. A NUL is stopped before
    every page, see ``test_input``. A page that looked at none of the words when it got them all is not asked again with others.
    """
    _obj, address = build(row, cast)
    wrong, read = [], words_read(monkeypatch)

    def look(client, more):
        answer = client.get(joined(address, more))
        if answer.status_code >= 500 or "evil" in str(answer.headers):
            wrong.append(f"{answer.status_code} {more[:200]}")
        if answer.streaming:
            list(answer.streaming_content)
        return answer

    with asked_by(visitor(row, "get")) as client:
        page = client.get(address)
        if page.streaming:  # a file
            return
        has_form = bool(page.context and page.context.get("form"))
        known = names_of(page.content.decode("utf-8", "replace")) - {"ids", "action"}
        if row.url.endswith("_list"):
            known |= names_of(client.get(joined(address, "part=filters")).content.decode())
            known |= {"sort", "cols", "at", "format", "part", "view"}
        for word in TOGETHER[crc32(row.url.encode()) % 3 :: 3]:
            look(client, query(**dict.fromkeys({*USUAL, *known}, word)))
            if not read & {*USUAL, *known}:
                break
        alone = sorted(known & read) if not has_form else ()
        for turn, name in enumerate(alone, start=crc32(row.url.encode())):
            look(client, query(**{name: ALONE[turn % len(ALONE)]}))
        look(client, "q=%ff%fe&sort=%ed%a0%80&a=%0d%0aX-Evil:evil")
        if not row.url.endswith("_list"):
            answer = client.get(joined(address, LOOKUPS))
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if answer.status_code >= 500 or re.search(rb"md5\$\w+\$", text):
                wrong.append(f"{answer.status_code} or a hash, asked by lookups")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("row", [row for row in doors("get") if row.url.endswith("_list")], ids=str)
def test_a_lookup_that_nobody_offered_changes_no_row_of_a_list(row, cast, asked_by):
    """I2: ``password__startswith``, ``_connector``, foreign sort and group: the same rows as without."""
    _obj, address = build(row, cast)
    with asked_by(visitor(row, "get")) as client:
        bare = client.get(address)
        assert bare.status_code == 200
        asked = client.get(joined(address, LOOKUPS))
        assert asked.status_code == 200
        assert keys_of(asked) == keys_of(bare)
        for sort in ("-owner__password", '?;"id"--'):
            sorted_ = client.get(joined(address, query(sort=sort)))
            assert sorted_.status_code == 200, sort
            assert keys_of(sorted_) == keys_of(bare), sort
        chosen = client.get(joined(address, query(cols="password,owner__password")))
        assert "md5$" not in chosen.content.decode()
