"""A mapping written as the file that ``--mapping`` reads."""

from __future__ import annotations

import json
from typing import Any


def dump_mapping(mapping: dict[str, Any]) -> str:
    """TOML text of a mapping with its sections in the order of the README."""
    parts = []
    for section in ("file", "columns", "constants", "lookups", "skip"):
        entries = mapping.get(section) or {}
        if entries:
            lines = [f"{_key(name)} = {_value(_short(section, value))}" for name, value in entries.items()]
            parts.append("\n".join([f"[{section}]", *lines]))
    return "\n\n".join(parts) + "\n"


def _short(section: str, value: Any) -> Any:
    if section == "columns" and isinstance(value, dict) and set(value) == {"column"}:
        return value["column"]
    if section == "skip" and isinstance(value, dict) and set(value) == {"equals"}:
        return value["equals"]
    return value


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(str(k))} = {_value(v)}" for k, v in value.items()) + "}"
    return _text(str(value))
