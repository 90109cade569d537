"""Who keeps which customer: life cycles, a shared customer, the public pool with its rules, a blocked customer."""

from __future__ import annotations

from decimal import Decimal

from customers.choices import CustomerClass
from customers.choices.pool import PoolCause
from customers.models import Customer, PoolRule
from customers.services import block, claim, release, set_shares
from customers.services.blocking import settle_life_cycles
from performance.demo.options import Options
from performance.demo.words import say
from salesops.accounts.models import User

IN_POOL = 4


def build_keeping(options: Options, people: dict[str, User]) -> None:
    """Called last: orders and contracts are there, so that the life cycles are those of today."""
    at, day = options.at, options.today
    for cause, days, spares_buyers in ((PoolCause.CONTACT, 400, True), (PoolCause.ORDER, 720, False)):
        PoolRule.objects.create(
            cause=cause,
            days=days,
            warn_days=14,
            spares_buyers=spares_buyers,
            from_date=day,
        )
    idle = Customer.objects.filter(customer_class=CustomerClass.POTENTIAL, owner__isnull=False)
    idle = idle.exclude(owner__is_active=False).select_related("owner").order_by("pk")
    idle = [customer for customer in idle if customer.owner.superior_id][: IN_POOL + 1]
    for customer in idle:
        release(
            actor=customer.owner, at=at, customer=customer, reason=say("暂无精力跟进", "no time for it now")
        )
    if len(idle) > 1:
        taker = next(
            p for p in people.values() if p.has_role("rep") and p.is_active and p.pk != idle[0].owner_id
        )
        claim(actor=taker, at=at, customer=idle[0])
    shared = (
        Customer.objects.filter(owner=people["alice"], customer_class=CustomerClass.IMPORTANT)
        .order_by("pk")
        .first()
    )
    if shared is not None:
        parts = [(people["alice"], Decimal("0.7")), (people["carol"], Decimal("0.3"))]
        set_shares(
            actor=None,
            at=at,
            customer=shared,
            shares=parts,
            from_date=day,
            reason=say("联合开发", "won together"),
        )
    bad = Customer.objects.filter(owner=people["carol"], pool_since__isnull=True).order_by("-pk").first()
    if bad is not None:
        reason = say("两次跳票，暂停接单", "two bounced drafts")
        block(actor=None, at=at, customer=bad, scope="orders", reason=reason)
    settle_life_cycles(on=day)
