"""Importing, undoing, exporting."""

from salesops.exchange.services.importing import Result, run_import
from salesops.exchange.services.undo import undo_import

__all__ = ["Result", "run_import", "undo_import"]
