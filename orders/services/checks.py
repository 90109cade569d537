"""Questions that orders ask the apps above: may this order be confirmed, may it be shipped?

Receivables answers with the credit check::

    order_checks.register("receivables.credit", check_credit)

    def check_credit(order: Order, stage: str, *, at: datetime, act: bool) -> CheckAnswer | None: ...

``stage`` is ``CONFIRM`` or ``SHIP``. With ``act`` the order is about to move: the answer may take locks of its own
(the customer's credit); the order's row is locked already, so it is always *order first, then credit*. Without
``act`` a page only previews the answer: nothing is locked and ``order`` may be stale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orders.errors import OrderRefused
from orders.models import Order
from salesops.core.errors import Offer
from salesops.core.registry import Registry

CONFIRM = "confirm"
SHIP = "ship"
OK = "ok"
WARN = "warn"
BLOCK = "block"


@dataclass(frozen=True)
class CheckAnswer:
    """``result`` is ``OK``, ``WARN`` or ``BLOCK``; the rest explains it to the person who asked.

    ``message`` and ``way_out`` are (lazy) sentences, ``clause`` the key of the handbook rule behind it and
    ``figures`` the numbers of this case; ``release`` names the request that lifts a block; ``passes``: it may end by
    itself, so that an order can be left waiting for that.
    """

    result: str
    message: Any = ""
    way_out: Any = ""
    clause: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    release: Offer | None = None
    passes: bool = False


OrderCheck = Callable[..., "CheckAnswer | None"]
order_checks: Registry[OrderCheck] = Registry("order checks")


def ask(order: Order, stage: str, *, at: datetime, act: bool = False) -> list[CheckAnswer]:
    """Every answer that is not plainly OK, in order of registration."""
    answers = (check(order, stage, at=at, act=act) for check in order_checks)
    return [answer for answer in answers if answer is not None and answer.result != OK]


def require(order: Order, stage: str, *, at: datetime) -> list[dict[str, Any]]:
    """Raise ``OrderRefused`` for the first block; hand back the warnings as data for the audit trail."""
    warnings = []
    for answer in ask(order, stage, at=at, act=True):
        if answer.result == BLOCK:
            raise OrderRefused(
                answer.message,
                way_out=answer.way_out,
                clause=answer.clause,
                release=answer.release,
                **answer.figures,
            )
        warnings.append({"message": str(answer.message), "clause": answer.clause, "figures": answer.figures})
    return warnings
