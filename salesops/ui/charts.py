"""Charts and figures of dashboards: what they show, as data; the templates ``ui/chart.html`` and
``ui/figure.html`` draw them. Every point and every figure knows the rows behind it (``href``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass
class Series:
    """One line or set of bars; ``hrefs`` lead to the rows of each point."""

    name: Any
    values: Sequence[Decimal | int | float | None]
    hrefs: Sequence[str] = ()
    kind: str = ""
    dashed: bool = False


@dataclass
class Chart:
    """``kind``: bar, line or donut; at most five series. ``direct`` writes the values beside the bars."""

    key: str
    title: Any
    labels: Sequence[Any]
    series: Sequence[Series]
    kind: str = "bar"
    unit: Any = ""
    subtitle: Any = ""
    label_title: Any = ""
    horizontal: bool = False
    stacked: bool = False
    direct: bool = False
    low: bool = False

    @property
    def payload(self) -> dict[str, Any]:
        """What the browser draws; numbers as JSON numbers, for drawing only."""
        return {
            "kind": self.kind,
            "unit": str(self.unit),
            "labels": [str(label) for label in self.labels],
            "horizontal": self.horizontal,
            "stacked": self.stacked,
            "direct": self.direct,
            "series": [
                {
                    "name": str(one.name),
                    "values": [None if v is None else float(v) for v in one.values],
                    "hrefs": list(one.hrefs),
                    "kind": one.kind,
                    "dashed": one.dashed,
                }
                for one in self.series
            ],
        }

    @property
    def table(self) -> list[tuple[Any, list[tuple[Any, str]]]]:
        """Rows of the table view: label, then value and link per series."""
        return [
            (
                label,
                [(one.values[i], one.hrefs[i] if i < len(one.hrefs) else "") for one in self.series],
            )
            for i, label in enumerate(self.labels)
        ]


@dataclass
class Figure:
    """A value with its target, pace, history and change, leading to its rows.

    ``share`` is value / target and ``pace`` the share of the period that has passed, both as fractions.
    ``change`` is the relative change to the period before; ``lower_is_better`` turns the colours round.
    ``kind``: money, number or percent.
    """

    label: Any
    value: Decimal | int | None
    kind: str = "money"
    unit: Any = ""
    period: Any = ""
    href: str = ""
    target: Decimal | int | None = None
    share: Decimal | float | None = None
    pace: Decimal | float | None = None
    history: Sequence[Decimal | int | float | None] = field(default_factory=tuple)
    change: Decimal | float | None = None
    lower_is_better: bool = False
    note: Any = ""

    @property
    def bar(self) -> str:
        """Width of the bar in percent, as SVG reads it; the share or value / target."""
        share = self.share
        if share is None and self.target and self.value is not None:
            share = Decimal(self.value) / Decimal(self.target)
        return "" if share is None else f"{max(0.0, min(1.0, float(share))) * 100:.1f}"

    @property
    def mark(self) -> str:
        return "" if self.pace is None else f"{max(0.0, min(1.0, float(self.pace))) * 99:.1f}"

    @property
    def behind(self) -> bool:
        return bool(self.bar and self.mark) and float(self.bar) < float(self.mark) - 0.5

    @property
    def change_tone(self) -> str:
        if not self.change:
            return "muted"
        return "good" if (self.change > 0) != self.lower_is_better else "bad"

    @property
    def spark(self) -> dict[str, str] | None:
        """Path and end point of the sparkline in a box of 120 by 28."""
        points = [float(v) for v in self.history if v is not None]
        if len(points) < 2:
            return None
        low, high = min(0.0, *points), max(points)
        spread = (high - low) or 1.0
        step = 116 / (len(points) - 1)
        spots = [(2 + i * step, 25 - (v - low) / spread * 22) for i, v in enumerate(points)]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
        return {"path": path, "x": f"{spots[-1][0]:.1f}", "y": f"{spots[-1][1]:.1f}"}
