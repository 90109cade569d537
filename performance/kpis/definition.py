"""What a KPI is: one definition, from which figure, rows, close and catalogue are made (KPI-01)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from performance.choices import Basis, Dimension, Direction, Unit

SQL = Path(__file__).parent / "sql"
EVERY = frozenset(
    {
        Dimension.COMPANY,
        Dimension.STAFF,
        Dimension.TEAM,
        Dimension.DEPARTMENT,
        Dimension.CUSTOMER,
        Dimension.PRODUCT,
        Dimension.REGION,
        Dimension.CATEGORY,
    }
)
WITHOUT_PRODUCT = EVERY - {Dimension.PRODUCT, Dimension.CATEGORY}
WITH_TARGETS = frozenset({Dimension.COMPANY, Dimension.STAFF, Dimension.TEAM, Dimension.DEPARTMENT})


@cache
def sql_text(name: str) -> str:
    """The readable SQL of one source, ``kpis/sql/<name>.sql``."""
    return (SQL / f"{name}.sql").read_text().rstrip()


@dataclass(frozen=True)
class KpiDef:
    """One KPI. ``code`` is that of the handbook in lower case; texts are lazy.

    ``sql`` names the file of its rows (``{basis}`` is put in); ``ratio`` KPIs divide the sum of ``num`` by
    the sum of ``den``, the others are the sum of ``num``. ``additive``: a quarter is the sum of its months;
    otherwise (balances, rates of a window) each period is counted by itself. ``of``: derived from another
    KPI (attainment). ``shared``: amounts of a customer with several owners count for each with his share. ``clauses`` are the handbook rules that it obeys.
    """

    code: str
    title: Any
    unit: Unit
    direction: Direction
    formula: Any
    source: Any
    cases: Any = ""
    sql: str = ""
    ratio: bool = False
    additive: bool = True
    uses_basis: bool = False
    default_basis: Basis | None = None
    dimensions: frozenset[Dimension] = WITHOUT_PRODUCT
    of: str = ""
    shared: bool = False
    clauses: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[str, ...]:
        """Row sources shared by several KPIs, computed once in a statement."""
        return ("sales",) if self.sql in ("sal_amt", "sal_vol") else ()

    def value(self, num: Decimal | None, den: Decimal | None, *, mixed: bool = False) -> Decimal | None:
        """The figure of summed rows; ``None`` is shown as n/a (rule z: nothing to divide by; mixed units)."""
        if mixed or num is None:
            return None
        if not self.ratio:
            return num
        return num / den if den else None
