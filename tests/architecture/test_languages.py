"""Three complete languages: no missing or fuzzy message, no literal in a template."""

import re
from html.parser import HTMLParser

import pytest

from salesops.ui.catalogues import KEYWORDS, LOCALES, check, conflicts, own_apps
from tests.architecture.exempt import SAME_EVERYWHERE
from tests.architecture.sources import ROOT, files

_BLOCK = re.compile(r"{%\s*(blocktranslate|blocktrans|comment)\b.*?{%\s*end\1\s*%}", re.DOTALL)
_CSS = re.compile(r"{%\s*block\s+body_class\s*%}.*?{%\s*endblock\s*%}", re.DOTALL)
_TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SHOWN = {"title", "alt", "placeholder", "aria-label", "aria-description", "content"}


class Literals(HTMLParser):
    """Words of text nodes and shown attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.silent += tag in ("script", "style")
        if tag == "meta" or (values.get("lang") and tag in ("button", "a", "option")):
            self.silent += tag != "meta"
            return
        for name, value in attrs:
            if name in _SHOWN and value:
                self.look(value)

    def handle_endtag(self, tag):
        if self.silent and tag in ("script", "style", "button", "a", "option"):
            self.silent -= 1

    def handle_data(self, data):
        if not self.silent:
            self.look(data)

    def look(self, text):
        self.found += [word for word in _WORD.findall(text) if word not in SAME_EVERYWHERE]


@pytest.mark.parametrize("path", [p for p in files(".html") if p.parts[0] == "templates"], ids=str)
def test_no_untranslated_literal_in_a_template(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    parser = Literals()
    parser.feed(_TAG.sub("", _CSS.sub("", _BLOCK.sub("", text))))
    assert not parser.found


@pytest.mark.parametrize("locale", sorted(LOCALES))
@pytest.mark.parametrize("app", own_apps(), ids=lambda app: app.label)
def test_every_message_is_translated(app, locale):
    assert not list(check(app, locale))


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_no_message_has_two_translations(locale):
    assert not list(conflicts(locale))


_ALIAS = re.compile(r"import (?:n|p|np)?gettext(?:_lazy|_noop)? as (\w+)")


@pytest.mark.parametrize("path", [p for p in files(".py") if p.parts[0] != "tests"], ids=str)
def test_translating_functions_have_names_that_the_extraction_knows(path):
    names = set(_ALIAS.findall((ROOT / path).read_text(encoding="utf-8")))
    assert names <= set(KEYWORDS)
