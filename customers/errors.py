"""Refusals of customer work."""

from __future__ import annotations

from salesops.core.errors import DomainError, Duplicate, InvalidInput


class LikelyDuplicate(Duplicate):
    """A customer like this one is on file; ``hits`` (see ``selectors.DuplicateHit``) in the figures."""


class InvalidTaxNumber(InvalidInput):
    """The check digit does not fit and no reason was given why the number is right all the same."""


class InvalidPhone(InvalidInput):
    """The text is not a telephone number."""


class MergeRefused(DomainError):
    """These two files cannot become one."""


class PoolRefused(DomainError):
    """A limit of the public pool: quota, holding cap, cool-down."""
