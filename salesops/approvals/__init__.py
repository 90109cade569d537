"""One engine for every approval and every second review."""
