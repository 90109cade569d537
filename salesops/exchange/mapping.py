"""The mapping file (interfaces §3): where each canonical column comes from, and what to make of it."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from salesops.core.errors import InvalidInput
from salesops.exchange.registry import ImportKind

COLUMN_OPTIONS = {
    "column", "format", "formats", "decimal", "thousands", "values", "prefix", "suffix", "strip",
    "remove_suffix", "scale", "concat", "separator", "default", "empty", "optional", "multiply", "sum",
}  # fmt: skip
FILE_OPTIONS = {"delimiter", "encoding", "sheet", "header_row", "duplicates", "empty", "row_number"}
JOIN_OPTIONS = {"file", "left", "right", "optional", "delimiter", "encoding", "sheet", "header_row"}
SKIP_OPTIONS = {"column", "equals", "starts_with", "less_than", "more_than"}
SECTIONS = {"columns", "constants", "lookups", "skip", "file", "join"}


@dataclass
class Mapping:
    """A mapping file, checked against the kind it is for."""

    columns: dict[str, dict[str, Any]] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    lookups: dict[str, str] = field(default_factory=dict)
    skip: dict[str, dict[str, Any]] = field(default_factory=dict)
    file: dict[str, Any] = field(default_factory=dict)
    join: dict[str, dict[str, Any]] = field(default_factory=dict)
    explicit: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in sorted(SECTIONS)}


def normal(header: Any) -> str:
    """Headers are compared without case, blanks, marks, underscores and full width."""
    text = unicodedata.normalize("NFKC", str(header or "")).replace("\ufeff", "").casefold()
    return "".join(c for c in text if c.isalnum() or c in "/#%.")


def load_mapping(path: Path, kind: ImportKind) -> Mapping:
    """Read and check a TOML mapping. Raises ``InvalidInput`` naming what is wrong."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InvalidInput(
            _("There is no mapping file %(path)s.") % {"path": path}, way_out=_("Check the path.")
        ) from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InvalidInput(
            _("The mapping file cannot be read: %(reason)s.") % {"reason": reason},
            way_out=_("It is TOML in UTF-8; the README shows one."),
        ) from None
    return make_mapping(data, kind)


def make_mapping(data: dict[str, Any], kind: ImportKind) -> Mapping:
    """Check the parsed sections. Raises ``InvalidInput``."""
    _only(data, SECTIONS, _("mapping"))
    mapping = Mapping(explicit=True)
    for name, source in _table(data, "columns").items():
        _known(kind, name)
        mapping.columns[name] = _column_options(name, source)
        _check_reckoned(kind, name, mapping.columns[name])
    for name, value in _table(data, "constants").items():
        _known(kind, name)
        mapping.constants[name] = value
    for name, choice in _table(data, "lookups").items():
        _lookup(kind, name, choice)
        mapping.lookups[name] = choice
    for name, rule in _table(data, "skip").items():
        options = rule if isinstance(rule, dict) else {"equals": rule}
        _only(options, SKIP_OPTIONS, f"skip.{name}")
        if "column" not in options:
            _known(kind, name)
        mapping.skip[name] = {k: v if isinstance(v, list) else [v] for k, v in options.items()}
    mapping.file = _table(data, "file")
    _only(mapping.file, FILE_OPTIONS, "file")
    _texts("file.empty", mapping.file.get("empty", []))
    for name, options in _table(data, "join").items():
        _only(options, JOIN_OPTIONS, f"join.{name}")
        for needed in ("file", "left", "right"):
            if needed not in options:
                raise _wrong(_("join.%(name)s lacks “%(needed)s”.") % {"name": name, "needed": needed})
        mapping.join[name] = options
    return mapping


def _column_options(name: str, source: Any) -> dict[str, Any]:
    if isinstance(source, (str, list)):
        return {"column": source}
    if not isinstance(source, dict):
        raise _wrong(_("columns.%(name)s must be a column name or a table.") % {"name": name})
    _only(source, COLUMN_OPTIONS, f"columns.{name}")
    if not source.keys() & {"column", "concat", "multiply"}:
        raise _wrong(_("columns.%(name)s does not say which column.") % {"name": name})
    _texts(f"columns.{name}.empty", source.get("empty", []))
    return dict(source)


def _check_reckoned(kind: ImportKind, name: str, options: dict[str, Any]) -> None:
    """Only amounts are multiplied or added up, and only where each row would be a record of its own."""
    asked = [option for option in ("multiply", "sum") if options.get(option)]
    column = kind.column(name)
    if asked and (column is None or column.type != "decimal"):
        raise _wrong(_("columns.%(name)s is no amount, so “%(option)s” does not fit.")
                     % {"name": name, "option": asked[0]})  # fmt: skip
    if options.get("sum") and (kind.group or not kind.key):
        raise _wrong(_("Rows of %(kind)s are not added up.") % {"kind": kind.name})
    if options.get("multiply"):
        _texts(f"columns.{name}.multiply", options["multiply"])


def _texts(where: str, value: Any) -> None:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise _wrong(_("%(where)s must be a list of texts.") % {"where": where})


def _lookup(kind: ImportKind, name: str, choice: Any) -> None:
    if choice not in ("create", "reject"):
        raise _wrong(_("lookups.%(name)s is either “create” or “reject”.") % {"name": name})
    lookups = {column.lookup or column.name for column in kind.columns if column.type == "reference"}
    if name not in lookups | {column.name for column in kind.columns}:
        raise _wrong(
            _("%(kind)s has no lookup “%(name)s”.") % {"kind": kind.name, "name": name},
            _("It has: %(names)s.") % {"names": ", ".join(sorted(lookups))},
        )
    column = kind.column(name)
    book = column.lookup if column and column.lookup else name
    if choice == "create" and book not in kind.creatable and name not in kind.creatable:
        raise _wrong(
            _("A missing %(name)s cannot be created by an import of %(kind)s.")
            % {"kind": kind.name, "name": name}
        )


def _known(kind: ImportKind, name: str) -> None:
    if kind.column(name) is None:
        raise _wrong(
            _("%(kind)s has no column “%(name)s”.") % {"kind": kind.name, "name": name},
            _("It has: %(names)s.") % {"names": ", ".join(column.name for column in kind.columns)},
        )


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name, {})
    if not isinstance(value, dict):
        raise _wrong(_("“%(name)s” must be a table.") % {"name": name})
    return value


def _only(data: dict[str, Any], allowed: set[str], where: Any) -> None:
    if unknown := set(data) - allowed:
        raise _wrong(
            _("%(where)s does not know “%(names)s”.") % {"where": where, "names": ", ".join(sorted(unknown))},
            _("It knows: %(names)s.") % {"names": ", ".join(sorted(allowed))},
        )


def _wrong(message: Any, way_out: Any = "") -> InvalidInput:
    return InvalidInput(message, way_out=way_out or _("Correct the mapping file; the README shows one."))
