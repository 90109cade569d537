"""One spelling of a company's name, so that the same company is found again (ORG-12, trap 11)."""

from __future__ import annotations

import re

from salesops.core.folding import fold

__all__ = ["fold", "name_key"]

# Legal forms, longest first; they are cut from the end (and some Western ones from anywhere at the end).
_CJK_FORMS = (
    "股份有限公司", "有限责任公司", "集团有限公司", "控股有限公司", "股份公司", "有限公司", "分公司", "公司",
    "集团", "企业社", "商行", "厂", "株式会社", "合同会社", "有限会社",
)  # fmt: skip
_WESTERN_FORMS = {
    "co", "company", "ltd", "limited", "inc", "incorporated", "corp", "corporation", "llc", "llp", "plc",
    "lp", "pte", "pty", "sdn", "bhd", "gmbh", "mbh", "ag", "kg", "ohg", "ug", "se", "sa", "sas", "sarl",
    "sl", "slu", "srl", "spa", "bv", "nv", "ab", "oy", "oyj", "as", "asa", "aps", "kk", "zoo", "sro",
    "kft", "ltda", "jsc", "ooo", "pvt", "private", "group", "holding", "holdings", "cokg", "und", "and",
    "the",
}  # fmt: skip
_JOINED = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def name_key(name: str) -> str:
    """The key under which a company's name is compared: folded, without punctuation and legal form.

    ``上海東方貿易股份有限公司``, ``上海东方贸易有限公司`` and ``上海东方贸易`` share a key; so do ``Müller GmbH &
    Co. KG`` and ``MULLER``. A name that is nothing but a legal form keeps itself. At most 200 characters.
    """
    folded = _JOINED.sub("", fold(name))
    words = _WORD.findall(folded)
    while len(words) > 1 and words[-1] in _WESTERN_FORMS:
        words.pop()
    if len(words) > 1 and words[0] == "the":
        words.pop(0)
    whole = "".join(words)
    if _CJK.search(whole):
        whole = _without_cjk_form(whole)
    return whole[:200]


def _without_cjk_form(name: str) -> str:
    for form in _CJK_FORMS:
        if name.endswith(form) and len(name) - len(form) >= 2:
            return name[: -len(form)]
    return name
