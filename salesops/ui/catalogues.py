"""Message catalogues without a system gettext: extract, merge and compile with Babel.

Every app keeps its own ``locale/``; the templates of an app live in ``templates/<app>/`` and count to it,
all other templates (base pages, email, print) count to ``ui``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import AppConfig, apps
from django.conf import settings
from django.utils.translation.template import templatize

LOCALES = {"zh_Hans": "zh-hans", "zh_Hant": "zh-hant"}
KEYWORDS: dict[str, Any] = {
    "gettext": None,
    "gettext_lazy": None,
    "_": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_JS = re.compile(r"""\b_t\(\s*(["'])((?:\\.|(?!\1).)*)\1""")


@dataclass(frozen=True)
class Finding:
    """A fault of a catalogue: ``missing``, ``fuzzy``, ``obsolete`` or ``stale`` compiled file."""

    app: str
    locale: str
    kind: str
    message: str


def own_apps() -> list[AppConfig]:
    """The apps whose source lies in this checkout."""
    base = Path(settings.BASE_DIR)
    return [a for a in apps.get_app_configs() if Path(a.path).is_relative_to(base) and ".venv" not in a.path]


def extract(app: AppConfig) -> Catalog:
    """All messages of an app's Python files and templates, in order of appearance."""
    catalog = Catalog(charset="utf-8")
    base = Path(settings.BASE_DIR)
    for path in sorted(Path(app.path).rglob("*.py")):
        if "migrations" not in path.parts and not _belongs_to_other(path, app):
            _add(catalog, path.relative_to(base), path.read_text())
    for path in _templates(app):
        _add(catalog, path.relative_to(base), templatize(path.read_text(), origin=str(path)))
    return catalog


def _belongs_to_other(path: Path, app: AppConfig) -> bool:
    return any(
        other is not app and Path(other.path).is_relative_to(app.path) and path.is_relative_to(other.path)
        for other in own_apps()
    )


def _templates(app: AppConfig) -> Iterator[Path]:
    root = Path(settings.BASE_DIR) / "templates"
    labels = {a.label for a in own_apps()}
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix in {".html", ".txt", ".xml"}:
            top = path.relative_to(root).parts[0]
            if top == app.label or (app.label == "ui" and top not in labels):
                yield path


def _add(catalog: Catalog, path: Path, source: str) -> None:
    stream = io.BytesIO(source.encode())
    for line, function, messages, comments in extract_python(stream, KEYWORDS, ["Translators"], {}):
        spec = KEYWORDS[str(function)]
        texts = list(messages) if isinstance(messages, tuple) else [messages]
        context = None
        if spec and isinstance(spec[0], tuple):
            context, texts = texts[0], texts[1:]
        if not texts or not isinstance(texts[0], str) or not texts[0]:
            continue
        plural = str(function).startswith("n")
        message = tuple(texts[:2]) if plural and len(texts) > 1 else texts[0]
        del line, comments  # line numbers would make every edit a catalogue change
        catalog.add(message, None, locations=[(str(path), 0)], context=context)


def po_path(app: AppConfig, locale: str) -> Path:
    return Path(app.path) / "locale" / locale / "LC_MESSAGES" / "django.po"


def update(app: AppConfig, locale: str) -> Catalog | None:
    """Bring one catalogue in step with the source: new messages empty, gone ones dropped, none guessed."""
    fresh = extract(app)
    path = po_path(app, locale)
    if not len(fresh):
        return None
    old = read(path, locale)
    merged = Catalog(locale=locale, charset="utf-8", project="SalesOps", fuzzy=False)
    for message in fresh:
        if message.id:
            known = old.get(message.id, context=message.context) if old else None
            merged.add(
                message.id,
                known.string if known else None,
                locations=message.locations,
                flags=set(message.flags),
                context=message.context,
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        write_po(handle, merged, width=100, omit_header=False, include_lineno=False, sort_output=True)
    path.write_text(
        re.sub(
            r'"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|'
            r"Report-Msgid-Bugs-To)[^\n]*\n",
            "",
            path.read_text(),
        )
    )
    return read(path, locale)


def read(path: Path, locale: str) -> Catalog | None:
    if not path.exists():
        return None
    with path.open("rb") as handle:
        return read_po(handle, locale=locale)


def compiled(catalog: Catalog) -> bytes:
    """The bytes of the compiled catalogue; the same catalogue gives the same bytes."""
    # Babel writes the moment of reading into the header; bytes must not depend on it.
    catalog.creation_date = catalog.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def compile_catalogue(app: AppConfig, locale: str) -> None:
    catalog = read(po_path(app, locale), locale)
    if catalog is not None:
        po_path(app, locale).with_suffix(".mo").write_bytes(compiled(catalog))


def check(app: AppConfig, locale: str) -> Iterator[Finding]:
    """Every fault of one catalogue against the source as it is now."""
    fresh = extract(app)
    path = po_path(app, locale)
    catalog = read(path, locale)
    for message in fresh:
        if not message.id:
            continue
        text = message.id if isinstance(message.id, str) else message.id[0]
        known = catalog.get(message.id, context=message.context) if catalog else None
        strings = known.string if known else ""
        strings = strings if isinstance(strings, tuple | list) else [strings or ""]
        if known is None or not strings or not all(strings):
            yield Finding(app.label, locale, "missing", text)
        elif known.fuzzy:
            yield Finding(app.label, locale, "fuzzy", text)
        elif _placeholders(text) != _placeholders(strings[0]):
            yield Finding(app.label, locale, "placeholders differ", text)
    for message in catalog or ():
        if message.id and fresh.get(message.id, context=message.context) is None:
            yield Finding(app.label, locale, "obsolete", str(message.id))
    if catalog is not None:
        mo = path.with_suffix(".mo")
        if not mo.exists() or mo.read_bytes() != compiled(catalog):
            yield Finding(app.label, locale, "stale", str(mo.name))


def conflicts(locale: str) -> Iterator[Finding]:
    """Messages that two apps translate differently: Django merges all catalogues, so one would silently win.

    The way out is one translation for both, or a context (``pgettext``) where the words mean different things.
    """
    first: dict[tuple[str, str], tuple[str, str]] = {}
    for app in own_apps():
        for message in read(po_path(app, locale), locale) or ():
            if not message.id or not message.string:
                continue
            key, text = (message.context or "", str(message.id)), str(message.string)
            known, other = first.setdefault(key, (text, app.label))
            if known != text:
                yield Finding(app.label, locale, f"differs from {other} ({known})", f"{message.id} = {text}")


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))
