"""Every url of every app, asked by everybody (quality Z1, Z2, Z19, Z20); the format is in ``table.py``."""

from collections import defaultdict
from contextlib import suppress

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import URLPattern, URLResolver, get_resolver

from salesops.accounts.models import User
from salesops.core.policies import registered
from tests.access.department import build
from tests.access.prices import NO_COST
from tests.access.prices import WORDS as PRICES
from tests.access.table import FORBIDDEN, LET_THROUGH, OK, PERSONAS, STRANGERS, all_rows, exemptions

FOREIGN = {"admin", "djdt"}


def url_names(resolver=None, namespace=""):
    """Names of all urls with their namespace; nameless ones by their pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace not in FOREIGN:
                yield from url_names(
                    entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                )
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or entry.pattern}"


def test_every_url_has_a_row_and_every_row_a_url():
    named = {row.url for row in all_rows()} | set(exemptions())
    real = set(url_names())
    assert sorted(real - named) == [], "urls without a row in tests/access/rows_<app>.py"
    assert sorted(named - real) == [], "rows and exemptions whose url is gone"
    assert all(exemptions().values()), "an exemption needs a reason"


def ask(client, method, address, key, data):
    """One request with the session of a persona (or none), undone afterwards."""
    with transaction.atomic():
        if key:
            client.cookies[settings.SESSION_COOKIE_NAME] = key
        answer = client.get(address) if method == "get" else client.post(address, data)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    client.cookies.clear()
    return answer, text.decode("utf-8", "replace")


NO_METHOD = ("root", "alice")  # where a page has no such method, it has none for the first and the last


@pytest.mark.django_db
@pytest.mark.parametrize("row", all_rows(), ids=str)
def test_the_door_answers_as_the_table_says(row, cast, keys, client):
    obj, address = build(row, cast)
    client.raise_request_exception = False
    wrong = []
    for method in ("get", "post"):
        data = row.data(cast, obj) if row.data and method == "post" else {}
        answers = (row.get if method == "get" else row.post) is not None
        for persona in (*(PERSONAS if answers else NO_METHOD), *STRANGERS):
            if method == "get" and answers and _refused_alike(row, persona):
                continue
            answer, text = ask(client, method, address, keys.get(persona), data)
            wrong += _faults(row, method, persona, answer, text)
    assert not wrong, "\n".join(wrong)


def _refused_alike(row, persona):
    """Is who may not see the form refused when it is sent, too? Then sending it is what is tried."""
    if persona in STRANGERS or row.post is None or persona in row.hides.split():
        return False
    return row.expected("get", persona) == row.expected("post", persona) == FORBIDDEN


def _faults(row, method, persona, answer, text):
    line = f"{method.upper()} {row.url} as {persona}: {answer.status_code}"
    if persona in STRANGERS and not row.public:
        if answer.status_code == 302 and "/accounts/sign-in/" in answer["Location"]:
            return []
        return [f"{line}, expected the sign-in page"]
    if persona in STRANGERS:
        expected = row.anonymous if (row.get if method == "get" else row.post) is not None else 405
    else:
        expected = row.expected(method, persona)
    allowed = LET_THROUGH if expected == OK else {expected}
    found = []
    if persona in NO_COST:
        found += [f"{line}: shows the price {word}" for word in PRICES if word in text]
    if answer.status_code not in allowed:
        found.append(f"{line}, expected {expected}")
    hidden = expected == 404 or (method == "get" and persona in row.hides.split())
    if row.canary and hidden and row.canary in text:
        found.append(f"{line}: shows “{row.canary}”")
    return found


@pytest.mark.django_db
def test_who_sees_a_row_in_lists_may_open_it_and_nobody_else(cast):
    for make in one_of_each_kind(all_rows()):
        with suppress(IntegrityError), transaction.atomic():  # another row made the same record
            make(cast)
    people = {name: User.objects.get(pk=getattr(cast, name).pk) for name in (*PERSONAS, "leo")}
    wrong, asked = [], 0
    for model, policy in registered().items():
        if not model._default_manager.exists():
            continue
        listed = {
            name: set(model._default_manager.filter(policy.scope(user, "view")).values_list("pk", flat=True))
            for name, user in people.items()
        }
        rows = some_of_each_kind(model, listed)
        asked += 1
        for name, user in people.items():
            wrong += [
                f"{name}: {model.__name__} {obj.pk} listed={obj.pk in listed[name]}"
                for obj in rows
                if (obj.pk in listed[name]) != policy.can(user, "view", obj)
            ]
    assert not wrong, "\n".join(wrong)
    assert asked > 100, "too few models have rows to ask about"


def one_of_each_kind(rows):
    """What the rows make; a list whose records have pages of their own needs no more of them."""
    made = [row for row in rows if row.make]
    own = {row.url.rpartition("_")[0] for row in made if not row.url.endswith("_list")}
    return dict.fromkeys(
        row.make for row in made if not (row.url.endswith("_list") and row.url.rpartition("_")[0] in own)
    )


def some_of_each_kind(model, listed, most=2):
    """A few rows of each circle of people who find them in lists."""
    kinds = defaultdict(list)
    for obj in model._default_manager.all()[:200]:
        kinds[frozenset(name for name, keys in listed.items() if obj.pk in keys)].append(obj)
    return [obj for rows in kinds.values() for obj in rows[:most]]
