"""Charts of this app: the ui's chart with a word on whether there is anything to draw, and how wide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from salesops.ui.charts import Chart, Series


@dataclass
class Drawing(Chart):
    """A chart that knows whether it is empty; ``wide`` takes the whole width of the page."""

    wide: bool = False

    @property
    def empty(self) -> bool:
        return not any(value for one in self.series for value in one.values)


def chart(
    key: str, title: Any, kind: str, labels: Iterable[Any], *series: dict[str, Any], **options: Any
) -> Drawing:
    """One chart; each series is a dictionary of ``name``, ``values``, ``hrefs`` …"""
    rows = [Series(**{**one, "name": str(one["name"])}) for one in series]
    return Drawing(key, title, [str(label) for label in labels], rows, kind, **options)


def ranking(key: str, title: Any, rows: list[dict[str, Any]], name: Any, *, unit: str = "") -> Drawing:
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
