"""The ground: no tables, no pages, no sales rules."""
