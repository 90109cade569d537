"""Every field of every form: SQL, control characters, a million letters, numbers and days that are none."""

from zlib import crc32

import pytest
from django import forms
from django.conf import settings
from django.test import Client

from tests.access.department import build
from tests.attacks.walks.doors import doors, visitor
from tests.attacks.walks.filling import bound_fields
from tests.attacks.walks.stock import form_of, stock

pytestmark = pytest.mark.django_db
URLENCODED = "application/x-www-form-urlencoded"
TEXTS = (
    """'";--%_\\') OR 1=1/*{{7*7}}${7*7}""",
    "\u202eevil\u2066\u0007\x1b[31m\r\nX-Evil: evil\ufeff\uffff",
)
MILLION = "語" * 350_000  # a megabyte of UTF-8
# Kinds of fields with words that each of them must refuse, and numbers that it may read exactly.
NO_NUMBERS = ("NaN", "-Infinity", "1e400", "9" * 400, "１e9")
ODD_NUMBERS = ("-0", "0.005", "１２３", "1,5", "9" * 19)
NO_DAYS = ("0001-01-01", "9999-12-31", "2026-02-30", "2027-02-29", "10000-01-01")
NO_CHOICES = ("' OR 1=1--", "9" * 30, "-1")
# What pages without a form of ours read from a POST.
LOOSE = [
    "action",
    "ids",
    "name",
    "list_name",
    "query",
    "is_default",
    "is_shared",
    "language",
    "theme",
    "next",
    "q",
    "customer",
    "phone",
    "email",
    "tax_no",
    "currency",
    "date",
    "period",
    "form_key",
    "form_version",
    "lines-TOTAL_FORMS",
    "lines-0-product",
    "lines-0-quantity",
]


def kinds_of(form):
    """Names of the fields of each kind that somebody may change."""
    found = {"text": [], "number": [], "day": [], "moment": [], "choice": []}
    columns = set()
    for bound in bound_fields(form):
        field = bound.field
        if field.disabled or (column := field.widget.attrs.get("data-sum")) in columns:
            continue  # the cells of a grid are alike: one of each column
        columns |= {column} - {None}
        if isinstance(field, forms.IntegerField):  # decimals are such
            found["number"].append(bound.html_name)
        elif isinstance(field, forms.DateTimeField):
            found["moment"].append(bound.html_name)
        elif isinstance(field, forms.DateField):
            found["day"].append(bound.html_name)
        elif isinstance(field, forms.ChoiceField):  # choices of records are such
            found["choice"].append(bound.html_name)
        elif isinstance(field, forms.CharField):
            found["text"].append(bound.html_name)
    return found


WRONG = {
    "number": NO_NUMBERS,
    "day": NO_DAYS,
    "moment": tuple(f"{day}T10:00" for day in NO_DAYS),
    "choice": NO_CHOICES,
}
ALONE = ("-1", "99999999999999.99", "99999999999999")


def spoilt(form, data, turn):
    """Posts, and the fields that must be refused in each; ``None``: anything but a fault.

    Words go round: each field meets some, and over all forms of the product each kind of field meets all.
    """
    kinds = kinds_of(form)
    wrong = {
        name: words[(turn + place) % len(words)]
        for kind, words in WRONG.items()
        for place, name in enumerate(kinds[kind])
    }
    if wrong:
        yield {**data, **wrong}, list(wrong)
    yield {**data, **dict.fromkeys(kinds["text"], TEXTS[turn % 2])}, None
    for name in kinds["text"][-1:] if turn % 6 == 0 else ():
        yield {**data, name: MILLION}, None
    numbers = kinds["number"]
    if numbers:
        odd = {name: ODD_NUMBERS[(turn + n) % len(ODD_NUMBERS)] for n, name in enumerate(numbers)}
        yield {**data, **odd}, None
    for n, name in enumerate(numbers[:3]):  # alone, so that it comes as far as the database
        yield {**data, name: ALONE[(turn + n) % len(ALONE)]}, None
    if turn % 2 == 0:  # read before every form by the same few lines
        yield {**data, "form_key": TEXTS[0], "form_version": TEXTS[0]}, None


# What a phone says about itself: nonsense counts as not said, and then the reason for no position is asked for.
DEVICE = {"latitude", "longitude", "accuracy", "captured_at", "device_at"}


def refused_in(answer):
    """Names of the fields with an error, on the form and its lines."""
    form = (answer.context or {}).get("form")
    if form is None:
        return None
    names = {form[name].html_name for name in form.errors if name in form.fields}
    for line in form.lines.forms if getattr(form, "lines", None) is not None else ():
        names |= {line[name].html_name for name in line.errors if name in line.fields}
    return names


@pytest.mark.parametrize("row", doors("post"), ids=str)
def test_no_field_of_any_form_is_a_fault(row, cast, asked_by):
    """I8, I9, B7: a field error or an exact value, never a fault; no number and no day that is none is saved."""
    stock(cast)
    obj, address = build(row, cast)
    persona, wrong = visitor(row, "post"), []
    with asked_by(persona) as client:
        form, data, _key = form_of(client, row, cast, obj, address)
    posts = (
        spoilt(form, data, crc32(row.url.encode()))
        if form is not None
        else ((dict.fromkeys(LOOSE, word), None) for word in (*TEXTS, "9" * 30, "-1"))
    )
    for post, to_refuse in posts:
        with asked_by(persona) as client:
            answer = client.post(address, post)
        odd = {k: str(v)[:40] for k, v in post.items() if data.get(k) != v}
        if answer.status_code >= 500 or "evil" in str(answer.headers.get("Set-Cookie", "")):
            wrong.append(f"{answer.status_code} {odd}")
        elif to_refuse and answer.status_code == 302:
            wrong.append(f"saved with {odd}")
        elif (
            to_refuse
            and (refused := refused_in(answer)) is not None
            and not set(to_refuse) - DEVICE <= refused
        ):
            wrong.append(f"{sorted(set(to_refuse) - DEVICE - refused)} took {odd}")
    assert not wrong, "\n".join(wrong)


# Who stops them stands before every page; a sixth of the pages shows that it stands there.
@pytest.mark.parametrize("row", doors("post")[::6], ids=str)
def test_bytes_that_are_no_text_and_endless_fields_are_told(row, cast, keys):
    """I8: NUL, half characters, bad UTF-8 in every field; ten thousand fields: 400 or a field error."""
    stock(cast)
    obj, address = build(row, cast)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = keys[visitor(row, "post")]
    _form, data, _key = form_of(client, row, cast, obj, address)
    client.get("/accounts/profile/")  # every page with a form sets the cookie of the token
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    names = list(data) or LOOSE
    for word, allowed in (("%00", {400}), ("a%ff%fe%ed%a0%80", {200, 302, 400, 403, 404, 409, 422})):
        body = "&".join(f"{name}={word}" for name in names) + f"&csrfmiddlewaretoken={token}"
        assert client.post(address, body, content_type=URLENCODED).status_code in allowed, word
    body = f"csrfmiddlewaretoken={token}&" + "&".join(f"f{n}=1" for n in range(10_000))
    assert client.post(address, body, content_type=URLENCODED).status_code == 400
