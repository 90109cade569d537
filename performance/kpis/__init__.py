"""The KPI library: definitions, the SQL of their rows, and the statement that counts them."""

from performance.kpis.definition import KpiDef
from performance.kpis.registry import kpi_of, kpis, register_kpi, stored_kpis

__all__ = ["KpiDef", "kpi_of", "kpis", "register_kpi", "stored_kpis"]
