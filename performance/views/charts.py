"""Charts as data: labels, series, and for each point the link to its rows."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any


def number(value: Decimal | None) -> float | None:
    """Drawing needs no cents; what is read stands in the table beside it."""
    return None if value is None else float(value)


def chart(
    key: str,
    title: Any,
    kind: str,
    labels: Iterable[Any],
    *series: dict[str, Any],
    unit: str = "",
    **options: Any,
) -> dict[str, Any]:
    """The dictionary that ``ui/chart.html`` takes; ``empty`` says that there is nothing to draw."""
    rows = [{**one, "name": str(one["name"]), "values": [number(v) for v in one["values"]]} for one in series]
    return {
        "key": key,
        "title": str(title),
        "kind": kind,
        "labels": [str(label) for label in labels],
        "series": rows,
        "unit": unit,
        "empty": not any(v for one in rows for v in one["values"]),
        **options,
    }


def ranking(key: str, title: Any, rows: list[dict[str, Any]], name: Any, *, unit: str = "") -> dict[str, Any]:
    """Horizontal bars, the largest on top, every bar a link."""
    return chart(
        key,
        title,
        "bar",
        [row["label"] for row in rows],
        {"name": name, "values": [r["value"] for r in rows], "hrefs": [r["url"] for r in rows]},
        unit=unit,
        horizontal=True,
        direct=True,
    )
