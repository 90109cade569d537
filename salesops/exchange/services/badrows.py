"""The rejected rows with their reasons, ready to be corrected and imported again."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from salesops.exchange.context import Rejection
from salesops.exchange.formulas import guard_raw
from salesops.exchange.mapping import Mapping
from salesops.exchange.reading import BadRow, open_source


def write_bad_rows(path: Path, mapping: Mapping, rejected: list[Rejection], to: Path | None = None) -> Path:
    """Write ``FILE.errors.csv``: all source columns of the rejected rows, and ``reason`` at the end."""
    reasons: dict[int, list[str]] = defaultdict(list)
    for rejection in rejected:
        text = f"{rejection.column}: {rejection.reason}" if rejection.column else rejection.reason
        if text not in reasons[rejection.row]:
            reasons[rejection.row].append(text)
    source = open_source(path, file=mapping.file, join={})
    target = to or path.with_name(path.name + ".errors.csv")
    with target.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        writer = csv.writer(file, delimiter=source.delimiter or ",")
        writer.writerow([*source.headers, "reason"])
        for row in source.rows():
            number = row.number if isinstance(row, BadRow) else row[0]
            if number not in reasons:
                continue
            cells = [""] * len(source.headers) if isinstance(row, BadRow) else row[1]
            reason = "; ".join(reasons[number])
            writer.writerow([*(guard_raw(str(cell)) for cell in cells), f"{number}: {reason}"])
    return target
