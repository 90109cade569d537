"""Refusals of customer work."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from salesops.core.errors import Conflict, DomainError, Duplicate, InvalidInput


class LikelyDuplicate(Duplicate):
    """A customer like this one is on file; ``hits`` (see ``selectors.DuplicateHit``) in the figures."""


class InvalidTaxNumber(InvalidInput):
    """The check digit does not fit and no reason was given why the number is right all the same."""


class InvalidPhone(InvalidInput):
    """The text is not a telephone number."""


class CustomerBlocked(DomainError):
    """A manager has blocked this customer, or its file is only another name of one that was kept."""


class MergeRefused(DomainError):
    """These two files cannot become one."""


class PoolRefused(DomainError):
    """A limit of the public pool: quota, holding cap, cool-down."""


def merged_words(customer: Any) -> tuple[Any, Any]:
    """Why nothing is done any more with a file that was merged into another one, and where work goes on."""
    return (
        _("This file was merged into another one."),
        _("Work goes on with the file that was kept: %(code)s.") % {"code": customer.merged_into.code},
    )


def must_stand(customer: Any) -> None:
    """Refuse a file that is only another name of one that was kept."""
    if customer.merged_into_id is not None:
        sentence, way_out = merged_words(customer)
        raise Conflict(sentence, way_out=way_out)


class ReceptionRefused(DomainError):
    """A reception that may not go on yet."""
