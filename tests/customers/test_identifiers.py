"""Vectors of domain §11."""

import pytest

from customers.errors import InvalidPhone
from customers.identifiers import (
    check_tax_number,
    country_code,
    is_taiwan_number,
    is_uscc,
    normalise,
    normalise_phone,
    show_phone,
)


@pytest.mark.parametrize(
    "number",
    ["91350100M000100Y43", "9144030071526726XG", "91350100M000100Y30"],
    ids=["usual", "X", "remainder 0"],
)
def test_valid_social_credit_codes_pass(number):
    assert is_uscc(number)


@pytest.mark.parametrize(
    "number",
    [
        "91350100M000100Y4Z",
        "91350100M000100Y44",
        "91350100M000100Y4",
        "91350100M000100Y433",
        "91350100I000100Y43",
        "",
        "91350100m000100y43",
    ],
)
def test_other_social_credit_codes_fail(number):
    assert not is_uscc(number)


@pytest.mark.parametrize("number", ["04595257", "62140097", "00501508", "00000074"])
def test_valid_taiwan_numbers_pass_with_the_rule_of_five(number):
    assert is_taiwan_number(number)


@pytest.mark.parametrize("number", ["00501502", "00000000", "0459525", "045952577", "0459525A"])
def test_other_taiwan_numbers_fail(number):
    assert not is_taiwan_number(number)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("９１３５０１００ｍ０００１００ｙ４３", "91350100M000100Y43"),
        (" 9135 0100 m000 100y 43 ", "91350100M000100Y43"),
        ("9135〇100M〇〇〇1〇〇Y43", "91350100M000100Y43"),
    ],
)
def test_numbers_are_normalised_before_they_are_checked(typed, stored):
    check = check_tax_number(typed, country="CN")
    assert (check.number, check.ok) == (stored, True)


def test_the_country_decides_the_rule():
    assert not check_tax_number("04595257", country="CN").ok
    assert check_tax_number("04595257", country="TW").ok
    assert check_tax_number("de 123 456 789", country="DE").number == "DE123456789"
    assert check_tax_number("anything", country="").ok
    assert check_tax_number("", country="CN").ok


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("中国", "CN"), ("中華人民共和國", "CN"), ("China", "CN"), ("台灣", "TW"), ("臺灣", "TW"), ("Taiwan", "TW"),
        ("Germany", "DE"), ("德国", "DE"), ("德國", "DE"), ("UK", "GB"), ("USA", "US"), ("de", "DE"), ("Mordor", ""),
    ],
)  # fmt: skip
def test_countries_are_read_in_three_languages(text, code):
    assert country_code(text, home="CN") == code


def test_no_country_means_home():
    assert country_code(" ", home="TW") == "TW"


@pytest.mark.parametrize(
    ("typed", "country", "stored"),
    [
        ("138 1234 5678", "CN", "+8613812345678"),
        ("１３８－1234－5678", "CN", "+8613812345678"),
        ("021-62345678-123", "CN", "+862162345678;ext=123"),
        ("(0755)1234567转12", "CN", "+867551234567;ext=12"),
        ("0755 1234 5678", "CN", "+8675512345678"),
        ("400-820-8820", "CN", "+864008208820"),
        ("800-820-8820", "CN", "+868008208820"),
        ("0912-345-678", "TW", "+886912345678"),
        ("02-2345-6789#123", "TW", "+886223456789;ext=123"),
        ("037-123456", "TW", "+88637123456"),
        ("+49 30 1234567", "CN", "+49301234567"),
        ("0049 30 1234567", "CN", "+49301234567"),
        ("030-0074321", "DE", "+49300074321"),
        ("", "CN", ""),
    ],
)
def test_telephones_are_stored_as_e164(typed, country, stored):
    assert normalise_phone(typed, country=country) == stored
    assert normalise_phone(stored, country=country) == stored


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("12", "CN"),
        ("12812345678", "CN"),
        ("hello", "CN"),
        ("+12", "CN"),
        ("+1234567890123456", "CN"),
        ("13812345678", "TW"),
        ("5551234", ""),
    ],
)
def test_other_texts_are_no_telephones(typed, country):
    with pytest.raises(InvalidPhone):
        normalise_phone(typed, country=country)


def test_telephones_are_shown_in_the_international_form():
    assert show_phone("+8613812345678") == "+86 138 1234 5678"
    assert show_phone("+862162345678;ext=12") == "+86 21 6234 5678 #12"
    assert show_phone("old text") == "old text"


def test_normalise_leaves_no_blanks():
    assert normalise("ａ b\u3000c\u200b〇") == "ABC0"
