"""The same form twice: one effect, the same answer; other content under the same key is told (B1, B2, B15)."""

import pytest

from tests.access.department import build
from tests.attacks.counting import counted
from tests.attacks.walks.doors import doors, visitor
from tests.attacks.walks.stock import REFUSED, form_of, stock

# Doors that take a form without a one-time key, because the act has the same effect however often it is done.
WITHOUT_KEY = {
    "accounts:login": "signing in",
    "accounts:profile": "the same profile",
    "accounts:password_change": "asks for the old password",
    "accounts:password_forgotten": "limited by the hour",
    "accounts:password_reset_confirm": "a link works once",
    "audit:integrity": "only looks",
    "customers:customer_duplicates": "only looks",
    "customers:customergrading_list": "each grade is decided about once",
    "exchange:importbatch_create": "a file uploaded twice is checked twice and imported once",
    "exchange:importbatch_detail": "the same mapping",
    "orders:order_list": "each order is submitted or confirmed once",
    "orders:order_preview": "only looks",
    "receivables:open_items": "only looks",
    "customers:calendarfeed_make": "a new address ends the one before, which nobody can be shown again",
    "customers:calendarfeed_end": "gone is gone",
    "calendar:calendar_fill": "fills what is missing",
    "jobs:job_start": "once a day, whoever asks",
    "notifications:notification_read_all": "read is read",
    "notifications:notification_open": "read is read",
    "ui:preferences": "the same preference",
    "customers:ownershipclaim_create": "opened by a sign of the duplicate box for one person and one file",
    "ui:savedview_create": "the same name is overwritten",
    "ui:savedview_delete": "gone is gone",
}


@pytest.mark.django_db
@pytest.mark.parametrize("row", [r for r in doors("post") if r.url not in WITHOUT_KEY], ids=str)
def test_a_form_sent_twice_has_one_effect_and_one_answer(row, cast, asked_by):
    """B1, B2: back and resubmit answers as the first did; the key with other content is a conflict."""
    stock(cast)
    obj, address = build(row, cast)
    with asked_by(visitor(row, "post")) as client:
        _form, data, key = form_of(client, row, cast, obj, address)
        if not key:
            pytest.skip("no one-time key: give the form one, or say in WITHOUT_KEY why it needs none")
        before = counted()
        first = client.post(address, {**data, "form_key": key})
        after = counted()
        if row.url in REFUSED:
            assert first.status_code != 302, f"{row.url} is not refused any more"
            assert after == before
            return
        if first.status_code in (200, 400, 409, 422):
            assert after == before
            form = (first.context or {}).get("form")
            why = dict(form.errors) if form is not None else ""
            pytest.skip(f"the form wants words of its own: add them to WORDS in stock.py, or why not. {why}")
        assert first.status_code == 302
        again = client.post(address, {**data, "form_key": key})
        assert (again.status_code, again["Location"]) == (302, first["Location"])
        assert counted() == after
        other = client.post(address, {**data, "form_key": key, "something_else": "1"})
        assert other.status_code in (403, 404, 409), "other content under the same key was taken"
        assert counted() == after
