"""Days whose figures are closed: nobody is made the owner of a customer for them any more.

Sales and money of a day count for who had the customer then. Whoever closes figures says up to which day::

    closings.register("performance.close_automatically", last_closed_day)

The name is the clause that a refusal quotes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from salesops.core.errors import Conflict
from salesops.core.registry import Registry

closings: Registry[Callable[[], date | None]] = Registry("customers.closings")


def refuse_closed(day: date, *, today: date) -> None:
    """Raise ``Conflict`` where ownership from ``day`` on would change what closed figures were counted from.

    Also waits for a close that is on its way. ``today`` is never closed.
    """
    if day >= today:
        return
    for clause, last_closed in closings.items():
        last = last_closed()
        if last is not None and day <= last:
            first = last + timedelta(days=1)
            raise Conflict(
                _("The figures up to %(last)s are closed; they were counted for who had the customer then.")
                % {"last": date_format(last, "SHORT_DATE_FORMAT")},
                field="from_date",
                clause=clause,
                way_out=_("Name %(first)s or a later day; what is closed is corrected by a restatement.")
                % {"first": date_format(first, "SHORT_DATE_FORMAT")},
                day=day,
                earliest=first,
            )
