"""Reads of this app: figures, their rows, targets, differences from what was frozen."""
