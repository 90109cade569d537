"""Amounts in capital Chinese numerals (domain §8): every vector, and properties."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops.core.capitals import TRADITIONAL, capital_words, renminbi_words, taiwan_words

VECTORS = {
    "0": "零元整",
    "0.05": "伍分",
    "10": "壹拾元整",
    "1005": "壹仟零伍元整",
    "1409.50": "壹仟肆佰零玖元伍角整",
    "6007.14": "陆仟零柒元壹角肆分",
    "325.04": "叁佰贰拾伍元零肆分",
    "16409.02": "壹万陆仟肆佰零玖元零贰分",
    "107000.53": "壹拾万柒仟元伍角叁分",
    "100005": "壹拾万零伍元整",
    "1000500": "壹佰万零伍佰元整",
    "200000001": "贰亿零壹元整",
}
MORE = {
    "0.5": "伍角整",
    "0.005": "壹分",
    "0.004": "零元整",
    "-1.2": "负壹元贰角整",
    "1000000000000": "壹万亿元整",
    "1000000010000": "壹万亿零壹万元整",
    "1200000000000": "壹万贰仟亿元整",
    "1000100000000": "壹万零壹亿元整",
    "9999999999999999.99": "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
}


@pytest.mark.parametrize(("amount", "words"), [*VECTORS.items(), *MORE.items()])
def test_amounts_are_written_as_the_rule_says(amount, words):
    assert renminbi_words(Decimal(amount), prefix=False) == words
    assert renminbi_words(Decimal(amount)) == f"人民币{words}"


def test_traditional_wording_and_the_taiwan_dollar():
    assert renminbi_words(Decimal("107000.53"), TRADITIONAL) == "人民幣壹拾萬柒仟元伍角參分"
    assert taiwan_words(Decimal("1234567.5")) == "新臺幣壹佰貳拾參萬肆仟伍佰陸拾柒元伍角整"
    assert taiwan_words(Decimal("1000000000000")) == "新臺幣壹兆元整"
    assert capital_words(Decimal("26"), "TWD") == "新臺幣貳拾陸元整"
    assert capital_words(Decimal("26"), "CNY", TRADITIONAL) == "人民幣貳拾陸元整"
    assert capital_words(Decimal("26"), "USD") == ""


def test_an_amount_beyond_the_largest_group_is_refused():
    with pytest.raises(ValueError):
        renminbi_words(Decimal(10) ** 16)
    with pytest.raises(TypeError):
        renminbi_words(1.5)


DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def whole(text):
    """Read a whole number back, the way people do: the largest unit parts it."""
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        before, mark, after = text.rpartition(unit)
        if mark:
            return whole(before) * size + whole(after)
    total = digit = 0
    for mark in text:
        if mark in PLACES:
            total, digit = total + digit * PLACES[mark], 0
        else:
            digit = DIGITS.index(mark)
    return total + digit


def read(text):
    sign, text = (-1, text[1:]) if text.startswith("负") else (1, text)
    yuan, mark, rest = text.rpartition("元")
    rest = rest if mark else text
    cents = (
        (100 * whole(yuan) if yuan else 0)
        + (10 * DIGITS.index(rest[rest.index("角") - 1]) if "角" in rest else 0)
        + (DIGITS.index(rest[rest.index("分") - 1]) if "分" in rest else 0)
    )
    return sign * Decimal(cents) / 100


@given(
    st.decimals(min_value=Decimal("-9999999999999999.99"), max_value=Decimal("9999999999999999.99"), places=2)
)
def test_words_say_the_amount_and_nothing_else(amount):
    words = renminbi_words(amount, prefix=False)
    assert read(words) == amount
    assert "零零" not in words
    assert "零元" not in words or words == "零元整"
    assert words.endswith("分") != words.endswith("整")
