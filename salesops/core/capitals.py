"""Amounts in capital Chinese numerals, as they stand on contracts and receipts (domain §8).

Capital figures are hard to alter. Renminbi ends at 元 and 角 with 整 and names 分; the New Taiwan dollar has no
coins: an amount with cents is written like renminbi, so that words and figures never differ. Simplified and traditional wording differ in characters only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from salesops.core.money import round_money

SIMPLIFIED, TRADITIONAL = "zh-hans", "zh-hant"
LIMIT = Decimal(10) ** 16


@dataclass(frozen=True)
class _Script:
    digits: str
    groups: tuple[str, ...]
    minus: str
    yuan: str
    renminbi: str


_SCRIPTS = {
    SIMPLIFIED: _Script("零壹贰叁肆伍陆柒捌玖", ("", "万", "亿", "万亿"), "负", "元", "人民币"),
    TRADITIONAL: _Script("零壹貳參肆伍陸柒捌玖", ("", "萬", "億", "兆"), "負", "元", "人民幣"),
}
_PLACES = ("", "拾", "佰", "仟")


def renminbi_words(amount: Decimal, script: str = SIMPLIFIED, *, prefix: bool = True) -> str:
    """``人民币壹仟零伍元整``; the amount is rounded half up to the cent first. Raises ``ValueError`` beyond 10^16."""
    words = _SCRIPTS[script]
    amount = round_money(amount)
    return (
        f"{words.renminbi if prefix else ''}{words.minus if amount < 0 else ''}{_with_cents(amount, words)}"
    )


def _with_cents(amount: Decimal, words: _Script) -> str:
    """Yuan, jiao and fen; 整 where no fen follow."""
    cents = int(abs(amount) * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    text = _whole(yuan, words) + words.yuan if yuan or not cents else ""
    if jiao:
        text += f"{words.digits[jiao]}角"
    elif fen and yuan:
        text += words.digits[0]
    return text + (f"{words.digits[fen]}分" if fen else "整")


def taiwan_words(amount: Decimal, *, prefix: bool = True) -> str:
    """``新臺幣壹仟零伍元整``; where the figures carry cents the words do, too: ``…元伍角整``."""
    words = _SCRIPTS[TRADITIONAL]
    amount = round_money(amount)
    return f"{'新臺幣' if prefix else ''}{words.minus if amount < 0 else ''}{_with_cents(amount, words)}"


_CURRENCIES: dict[str, Callable[[Decimal, str], str]] = {
    "CNY": lambda amount, script: renminbi_words(amount, script),
    "TWD": lambda amount, script: taiwan_words(amount),
}


def capital_words(amount: Decimal, currency: str, script: str = SIMPLIFIED) -> str:
    """The amount in capital numerals; "" for a currency that is not written that way."""
    write = _CURRENCIES.get(currency)
    return write(amount, script if script in _SCRIPTS else SIMPLIFIED) if write else ""


def _whole(number: int, words: _Script) -> str:
    """A whole number; runs of zeros inside become one 零, none stands at the end."""
    if number >= LIMIT:
        raise ValueError("too large to be written in words")
    if number == 0:
        return words.digits[0]
    groups = [number // 10_000**place % 10_000 for place in range(4)]
    text, gap = "", False
    for place in (3, 2, 1, 0):
        group = groups[place]
        if not group:
            gap = gap or bool(text)
            continue
        if text and (gap or group < 1000):
            text += words.digits[0]
        text += _group(group, words) + _group_word(place, groups, words)
        gap = False
    return text


def _group_word(place: int, groups: list[int], words: _Script) -> str:
    """万, 亿; before a group of 亿 the highest group is 万 alone: 壹万贰仟亿, but 壹万亿."""
    word = words.groups[place]
    return word[0] if place == 3 and len(word) > 1 and groups[2] else word


def _group(group: int, words: _Script) -> str:
    """One to four digits with their places."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if not digit:
            gap = gap or bool(text)
            continue
        text += (words.digits[0] if gap else "") + words.digits[digit] + _PLACES[place]
        gap = False
    return text
