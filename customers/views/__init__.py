"""Pages of customer work."""
