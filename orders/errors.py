"""Refusals of orders."""

from salesops.core.errors import DomainError, InvalidInput


class OrderRefused(DomainError):
    """An upper app's check (credit, for example) forbids to confirm or ship; figures and clause say why."""


class BelowFloorPrice(InvalidInput):
    """A line is under the floor price and the handbook refuses such lines."""
