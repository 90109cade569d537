"""Targets, and the months that were closed."""

from performance.models.targets import Target

__all__ = ["Target"]
