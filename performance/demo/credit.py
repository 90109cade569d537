"""Credit limits that fit what the customers buy: most have room left, a few are near their limit or beyond it."""

from __future__ import annotations

from decimal import Decimal

from customers.models import Customer
from orders.choices import OrderState
from orders.models import Order
from performance.demo.options import Options
from receivables.selectors.exposure import exposure_of
from salesops.catalog.selectors import rate_to_base

STEP = Decimal(50_000)
BEYOND = 9  # every so many-th customer is supplied beyond the limit
NEAR = 7


def set_credit(options: Options) -> None:
    """Give every customer with business a limit in whole steps, from the exposure of the day."""
    waiting: dict[int, Decimal] = {}
    submitted = Order.objects.filter(state=OrderState.SUBMITTED).order_by("pk")
    for key, total in submitted.values_list("customer", "base_total"):
        waiting[key] = waiting.get(key, Decimal(0)) + total
    changed = []
    rows = Customer.objects.filter(merged_into=None, pk__in=Order.objects.values("customer"))
    for place, customer in enumerate(rows.order_by("pk")):
        used = exposure_of(customer, on=options.today).total + waiting.get(customer.pk, Decimal(0))
        if used <= 0:
            continue
        room = (
            Decimal("0.8") if place % BEYOND == 4 else Decimal("1.1") if place % NEAR == 3 else Decimal("1.6")
        )
        wanted = used * room / rate_to_base(customer.currency_id, on=options.today)
        customer.credit_limit = max((wanted / STEP).to_integral_value() * STEP, STEP)
        changed.append(customer)
    Customer.objects.bulk_update(changed, ["credit_limit"], batch_size=500)
