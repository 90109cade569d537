"""Whether a customer is blocked for quotations or orders on a day (CUS-08); apps above ask before they bind the company.

Orders ask before one is confirmed, quotations before one is sent, deals before an offer is the next step::

    refuse_blocked(customer, BlockScope.QUOTES, on=day)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.choices import BlockScope
from customers.errors import CustomerBlocked
from customers.models import Customer
from salesops.handbook.selectors import rule

CLAUSES = {
    BlockScope.QUOTES: "customers.block_stops_quotes",
    BlockScope.ORDERS: "customers.block_stops_orders",
}
WAY_OUT = _("The department manager or the general manager lifts the block on the page of the customer.")


@dataclass(frozen=True)
class BlockAnswer:
    """Why not: the sentence, the clause and who can lift it."""

    sentence: Any
    way_out: Any
    clause: str = ""


def block_of(customer: Customer, what: BlockScope, *, on: date) -> BlockAnswer | None:
    """What stands against quoting (or ordering for) this customer on a day; ``None``: nothing."""
    if customer.merged_into_id is not None:
        return BlockAnswer(
            _("This customer file was merged into another one."), _("Use the file that was kept.")
        )
    clause = CLAUSES[what]
    if customer.blocked_scope not in (what, BlockScope.BOTH) or not rule(clause, on=on):
        return None
    sentence = _("%(customer)s is blocked since %(date)s: %(reason)s") % {
        "customer": customer.name,
        "date": customer.blocked_since,
        "reason": customer.blocked_reason,
    }
    return BlockAnswer(sentence, WAY_OUT, clause)


def refuse_blocked(customer: Customer, what: BlockScope, *, on: date) -> None:
    """Raises ``CustomerBlocked`` where ``block_of`` has an answer."""
    answer = block_of(customer, what, on=on)
    if answer is not None:
        raise CustomerBlocked(answer.sentence, way_out=answer.way_out, clause=answer.clause or None)
