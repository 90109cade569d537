"""Payment terms: due dates by the vectors of domain §6, and terms read from the words people use."""

from datetime import date

import pytest
from django.utils.formats import date_format

from salesops.catalog.models import PaymentTerm
from salesops.catalog.terms import due_date, find_or_parse_term
from salesops.core.errors import InvalidInput

INVOICE = date(2026, 3, 10)


def term(base="invoice", days=30, fixed_day=None, grace=0):
    return PaymentTerm(base=base, days=days, fixed_day=fixed_day, grace_days=grace)


@pytest.mark.parametrize(
    ("rule", "invoice", "due"),
    [
        (term(), INVOICE, date(2026, 4, 9)),
        (term("end_of_month"), INVOICE, date(2026, 4, 30)),
        (term("start_of_next_month"), INVOICE, date(2026, 5, 1)),
        (term(), date(2026, 1, 31), date(2026, 3, 2)),
        (term(), date(2028, 1, 31), date(2028, 3, 1)),
        (term(days=0), INVOICE, INVOICE),
        (term("prepaid", 0), INVOICE, INVOICE),
        (term("end_of_month", 0), date(2026, 2, 3), date(2026, 2, 28)),
        (term(fixed_day=25), INVOICE, date(2026, 4, 25)),
        (term(fixed_day=5), INVOICE, date(2026, 5, 5)),
        (term(fixed_day=9), INVOICE, date(2026, 4, 9)),
        (term(days=0, fixed_day=31), date(2026, 2, 3), date(2026, 2, 28)),
        (term("start_of_next_month", 0, fixed_day=31), date(2026, 12, 31), date(2027, 1, 31)),
        (term(grace=5), INVOICE, date(2026, 4, 14)),
        (term("end_of_month", 30, 10, 3), INVOICE, date(2026, 5, 13)),
    ],
)
def test_due_dates(rule, invoice, due):
    assert due_date(rule, invoice=invoice)[0] == due


def test_other_bases_count_from_their_own_day():
    days = {
        "invoice": INVOICE,
        "delivery": date(2026, 3, 20),
        "acceptance": date(2026, 4, 1),
        "sign": date(2026, 2, 1),
    }
    answers = {base: due_date(term(base, 10), **days)[0] for base in days}
    assert answers == {
        "invoice": date(2026, 3, 20),
        "delivery": date(2026, 3, 30),
        "acceptance": date(2026, 4, 11),
        "sign": date(2026, 2, 11),
    }


def test_the_explanation_shows_how_the_date_came_about():
    day, words = due_date(term("end_of_month", 30), invoice=INVOICE)
    base, due = date_format(date(2026, 3, 31)), date_format(date(2026, 4, 30))
    assert words == f"end of the invoice month {base} + 30 days = {due}"
    assert day == date(2026, 4, 30)


def test_a_base_day_that_is_not_known_yet_is_said_so():
    day, words = due_date(term("acceptance", 30), invoice=INVOICE)
    assert day == date(2026, 4, 9)
    assert "not known yet" in words


@pytest.mark.parametrize(
    ("words", "base", "days"),
    [
        ("net 30", "invoice", 30),
        ("Net30", "invoice", 30),
        ("NET-30", "invoice", 30),
        ("30", "invoice", 30),
        ("30 days", "invoice", 30),
        ("30天", "invoice", 30),
        ("T/T 30 days", "invoice", 30),
        ("開票後30天", "invoice", 30),
        ("月结30天", "end_of_month", 30),
        ("月結 60 天", "end_of_month", 60),
        ("月结３０天", "end_of_month", 30),
        ("net 30 eom", "end_of_month", 30),
        ("EOM+45", "end_of_month", 45),
        ("月底后30天", "end_of_month", 30),
        ("次月30天", "start_of_next_month", 30),
        ("货到30天", "delivery", 30),
        ("45 days after delivery", "delivery", 45),
        ("验收合格后15天", "acceptance", 15),
        ("合同签订后10天", "sign", 10),
        ("prepaid", "prepaid", 0),
        ("款到发货", "prepaid", 0),
        ("款到出貨", "prepaid", 0),
        ("due on receipt", "invoice", 0),
        ("0", "invoice", 0),
    ],
)
def test_terms_read_from_words(db, words, base, days):
    found = find_or_parse_term(words)
    assert (found.base, found.days) == (base, days)


def test_the_same_words_give_the_same_term(db):
    before = PaymentTerm.objects.count()
    assert find_or_parse_term("net 37").pk == find_or_parse_term("37 days").pk
    assert PaymentTerm.objects.count() == before + 1


def test_a_code_that_somebody_gave_another_meaning_is_left_alone(db):
    PaymentTerm.objects.filter(code="NET-60").update(days=65)
    found = find_or_parse_term("net 60 ")
    assert found.days == 60 or found.code == "NET-60"
    parsed = find_or_parse_term("60 days")
    assert (parsed.code, parsed.days) == ("NET-60-2", 60)


@pytest.mark.parametrize("words", ["", "soon", "30/70", "-5", "30%", "net", None])
def test_words_that_say_nothing_certain_are_refused(db, words):
    with pytest.raises(InvalidInput):
        find_or_parse_term(words)
