"""Files become rows of cells, whatever their encoding, delimiter and breakage."""

from salesops.exchange.reading.source import BadRow, Source, open_source

__all__ = ["BadRow", "Source", "open_source"]
