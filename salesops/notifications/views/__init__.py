"""Pages of notices, preferences, group robots and links for outsiders."""
