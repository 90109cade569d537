"""Targets, the months that were closed, and the figures and facts frozen with them."""

from performance.models.figures import KpiFact, KpiFigure, MonthClose, Restatement, Snapshot
from performance.models.targets import Target, TargetChange

__all__ = ["KpiFact", "KpiFigure", "MonthClose", "Restatement", "Snapshot", "Target", "TargetChange"]
