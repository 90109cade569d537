"""Orders that a file brings, and the approval limit: history is taken over and told, what is new asks like the form.

An order of a file is history when it is dated at least ``orders.import_history_days`` back: it was agreed and
carried out before it came here, and nobody can approve it any more. A younger one is confirmed only by an importer
who may confirm it; else it is handed in and waits.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.choices import OrderState
from orders.models import Order
from orders.services.approving import ask_for_approval, needs_approval, others
from orders.services.bulk import NewOrder
from orders.services.moves import confirm_order
from salesops.audit.services import record, record_many
from salesops.core.errors import Conflict, DomainError
from salesops.core.money import ZERO
from salesops.core.policies import can
from salesops.exchange.context import BatchContext, Document, Refused, RowError
from salesops.handbook.selectors import rule


class Takeover:
    """Judges the new orders of one chunk of a file, first one by one, then after they are written."""

    def __init__(self, ctx: BatchContext) -> None:
        self.ctx = ctx
        self.days: int = rule("orders.import_history_days", on=ctx.today)
        self.newest_history = ctx.today - timedelta(days=self.days)
        self.limits: dict[date, Decimal] = {}
        self.sums: dict[tuple[int, date], Decimal] = defaultdict(lambda: ZERO)
        self.asks: list[tuple[Document, Order]] = []
        self.taken_over: list[Order] = []

    def judge(self, document: Document, new: NewOrder) -> None:
        """Raise ``RowError`` for goods that left lately without the approval that they needed."""
        row, order = document.first, new.order
        place = order.customer_id, order.order_date
        self.sums[place] += order.base_total
        if order.order_date <= self.newest_history:
            if self.sums[place] >= self._limit(order.order_date):
                self.taken_over.append(order)
            return
        if order.state == OrderState.SHIPPED:
            self._refuse_shipped(row, order)
            return
        order.state, order.confirmed_date = OrderState.SUBMITTED, None
        self.asks.append((document, order))

    def _refuse_shipped(self, row: Any, order: Order) -> None:
        day = order.order_date
        if not self._may_confirm(order):
            self.sums[order.customer_id, day] -= order.base_total
            raise RowError(row, "shipped_date", self._unconfirmed(order))
        last = day + timedelta(days=rule("approvals.split_days", on=self.ctx.today) - 1)
        total = self.sums[order.customer_id, day] + sum(line.amount for line in others(order, day, last))
        limit = self._limit(day)
        if total < limit:
            return
        self.sums[order.customer_id, day] -= order.base_total
        raise RowError(
            row,
            "shipped_date",
            ngettext(
                "an order above %(limit)s that is not yet %(days)s day old needs approval before it is shipped: leave this empty, and approval is asked for",
                "an order above %(limit)s that is not yet %(days)s days old needs approval before it is shipped: leave this empty, and approval is asked for",
                self.days,
            )
            % {"limit": limit, "days": self.days},
        )

    def _may_confirm(self, order: Order) -> bool:
        """The system takes over; a person confirms what the form would let that person confirm."""
        actor = self.ctx.actor
        if actor is None:
            return True
        own = actor.pk == order.owner_id and not rule("orders.confirm_own", on=self.ctx.today)
        return can(actor, "confirm", order) and not own

    def _unconfirmed(self, order: Order) -> str:
        return ngettext(
            "an order of %(date)s, not yet %(days)s day old, has to be confirmed before it is shipped, and you may not confirm it: leave this empty, and it is handed in",
            "an order of %(date)s, not yet %(days)s days old, has to be confirmed before it is shipped, and you may not confirm it: leave this empty, and it is handed in",
            self.days,
        ) % {"date": order.order_date, "days": self.days}

    def _limit(self, day: date) -> Decimal:
        if day not in self.limits:
            self.limits[day] = rule("orders.approval_limit", on=day)
        return self.limits[day]

    def carry_out(self) -> None:
        """After the orders are written: confirm what may be, hand in the rest, tell what was taken over.

        Raises ``Refused`` naming every order for which nobody can be asked.
        """
        by_system: list[Order] = []
        refused = []
        for document, order in self.asks:
            try:
                with transaction.atomic():
                    self._settle(order, by_system)
            except DomainError as error:
                refused.append((document, RowError(document.first, error.field or "", str(error))))
        if refused:
            raise Refused(refused)
        Order.objects.bulk_update(by_system, ["state", "confirmed_date"], batch_size=1000)
        record_many(
            "orders.order_taken_over",
            [((order, order.customer), self._words(order)) for order in self.taken_over],
            actor=self.ctx.actor,
            at=self.ctx.at,
        )

    def _settle(self, order: Order, by_system: list[Order]) -> None:
        """What becomes of one young order. Raises ``DomainError`` when nobody can be asked."""
        if needs_approval(order, at=self.ctx.at):
            self._hand_in(order, ask=True)
        elif self.ctx.actor is None:
            order.state, order.confirmed_date = OrderState.CONFIRMED, order.order_date
            by_system.append(order)
        elif not self._confirm(order):
            self._hand_in(order)

    def _confirm(self, order: Order) -> bool:
        """Confirmed by the act of its page; what that refuses (credit, rights) waits for somebody else."""
        if not self._may_confirm(order):
            return False
        try:
            confirm_order(actor=self.ctx.actor, order=order, at=self.ctx.at)
        except DomainError:
            return False
        return True

    def _hand_in(self, order: Order, *, ask: bool = False) -> None:
        actor = self.ctx.actor
        asker = actor if actor is not None and can(actor, "submit", order) else order.owner
        if asker is None:
            raise Conflict(
                _("Order %(order)s needs approval, and nobody owns it who could ask.") % {"order": order}
                if ask
                else _("Order %(order)s waits for confirmation, and nobody owns it.") % {"order": order},
                field="owner",
                way_out=_("Name the owner in the file."),
            )
        Order.objects.filter(pk=order.pk).update(submitted_by=asker)
        order.submitted_by = asker
        words = self._words(order) | {"below_floor": 0}
        record("orders.order_submitted", order, order.customer, actor=actor, at=self.ctx.at, data=words)
        if ask:
            reason = _("Brought by the file %(file)s.") % {"file": self.ctx.batch.file_name}
            ask_for_approval(actor=asker, order=order, at=self.ctx.at, reason=reason)

    def _words(self, order: Order) -> dict[str, Any]:
        return {
            "number": str(order),
            "total": order.total,
            "currency": order.currency_id,
            "date": order.order_date,
            "file": self.ctx.batch.file_name,
        }
