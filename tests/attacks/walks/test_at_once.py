"""The same form many times at the same moment: one effect, and the rest answer as the first did (B1)."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, local
from zlib import crc32

import pytest
from django.conf import settings
from django.db import IntegrityError, close_old_connections, connection, connections, transaction
from django.test import Client

from salesops.core.errors import Duplicate
from tests.access.department import build
from tests.access.table import PERSONAS
from tests.attacks.counting import counted
from tests.attacks.walks.doors import doors, visitor
from tests.attacks.walks.stock import REFUSED, form_of, stock
from tests.attacks.walks.test_twice import WITHOUT_KEY
from tests.factories.accounts import make_cast

CROWD, SEVERAL, TWO = 20, 5, 2
# All forms share one guard (the one-time key), so a crowd is sent to one of them, several where money or a visit is
# entered, and two to each other one.
MOST_CROWDED = "receivables:receipt_create"
CROWDED = {
    "customers:customer_create",
    "customers:visit_log_new",
    "contracts:contract_create",
    "orders:order_create",
    "receivables:receivable_create",
    "receivables:receipt_create",
    "receivables:creditnote_create",
}


def change(before, after):
    return {label: after[label] - n for label, n in before.items() if after[label] != n}


def effect_of_one(client, address, post, before):
    """What the form does when it is sent once; undone afterwards."""
    with transaction.atomic():
        client.post(address, post)
        made = change(before, counted())
        transaction.set_rollback(True)
    return made


def creations():
    return [r for r in doors("post") if r.url.endswith(("_create", "log_new")) and r.url not in WITHOUT_KEY]


def acts():
    """Acts on records, but those on people and teams of the cast that the other doors still need."""
    left_out = (*WITHOUT_KEY, *REFUSED)
    return [
        r for r in doors("post") if r not in creations() and r.url not in left_out and "accounts" not in r.url
    ]


@pytest.mark.django_db(transaction=True)
def test_every_form_sent_many_times_at_once_has_one_effect():
    """B1: many threads with the same form, then once more; one object, the rest answer as the first did.

    Of the acts on records, which share the guard with each other, every second one. Once more, alone, is what ``test_twice`` sends to every form; here it follows where there was a crowd.
    """
    cast = make_cast()
    stock(cast)
    keys = {}
    for persona in PERSONAS:
        signed_in = Client()
        signed_in.force_login(getattr(cast, persona))
        keys[persona] = signed_in.cookies[settings.SESSION_COOKIE_NAME].value

    ours = local()

    def client_of(persona):
        """The client of this thread: what a client carries from one request to the next are cookies."""
        if not hasattr(ours, "client"):
            ours.client = Client(raise_request_exception=False)
        ours.client.cookies.clear()
        ours.client.cookies[settings.SESSION_COOKIE_NAME] = keys[persona]
        return ours.client

    def send(persona, address, data):
        answer = client_of(persona).post(address, data)
        close_old_connections()
        return answer.status_code, answer.headers.get("Location", answer.content[-300:])

    wrong, walked, crowded = [], 0, set(CROWDED)
    with ThreadPoolExecutor(CROWD) as crowd:
        for row in (
            *creations(),
            *(act for act in acts() if crc32(act.url.encode()) % 2 or act.url in CROWDED),
        ):
            with suppress(IntegrityError, Duplicate):  # another door made the same record already
                with transaction.atomic():
                    obj, address = build(row, cast)
                persona = visitor(row, "post")
                _form, data, key = form_of(client_of(persona), row, cast, obj, address)
                times = CROWD if row.url == MOST_CROWDED else SEVERAL if row.url in CROWDED else TWO
                post = {**data, "form_key": key}
                before = counted()
                once = effect_of_one(client_of(persona), address, post, before)
                answers = list(crowd.map(lambda _n: send(persona, address, post), range(times)))  # noqa: B023
                if times > TWO:
                    answers.append(send(persona, address, post))
                made = change(before, counted())
                if {status for status, _where in answers} <= {200, 400, 409, 422} and not made:
                    continue  # it wants words of its own; the test above says so
                if len(set(answers)) != 1 or answers[0][0] != 302 or made != once:
                    wrong.append(f"{row.url}: {made} made instead of {once}, {set(answers)}")
                walked += 1
                crowded.discard(row.url)
        together = Barrier(CROWD)
        list(crowd.map(lambda _n: (connections.close_all(), together.wait(30)), range(CROWD)))
    connection.close()
    assert not wrong, "\n".join(wrong)
    assert walked > 40
    assert not crowded, f"no longer walked: {crowded}"
