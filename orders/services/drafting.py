"""Write an order and change it while it is a draft (ORD-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.choices import ContractState
from contracts.models import Contract
from customers.models import Customer, TaxProfile
from customers.selectors.billing import usable_profiles
from orders.choices import OrderState
from orders.errors import BelowFloorPrice
from orders.models import Order, OrderLine
from orders.selectors import owner_of_customer
from orders.services.pricing import PricedLine, price_line, total_lines
from salesops.accounts.delegations import line_above
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.catalog.floors import is_below_floor
from salesops.catalog.models import Currency, PaymentTerm, Product
from salesops.catalog.selectors import rate_to_base
from salesops.core.errors import AskOffer, Conflict, InvalidInput, NotAllowed
from salesops.core.inputs import MOST_MONEY
from salesops.core.locking import lock_row
from salesops.core.money import ZERO
from salesops.core.policies import can, policy_of
from salesops.handbook.selectors import rule

MOST_UNITS = Decimal("999999999999")  # numeric(18,6) holds no more
MOST_PRICE = Decimal("99999999999999")  # numeric(18,4)


@dataclass(frozen=True)
class OrderInput:
    """The head of an order as a person enters it. ``None`` for currency, terms and title means the customer's."""

    customer: Customer
    order_date: date
    required_date: date | None = None
    promised_date: date | None = None
    contract: Contract | None = None
    customer_po: str = ""
    currency: Currency | None = None
    payment_term: PaymentTerm | None = None
    region: str = ""
    ship_to: str = ""
    tax_profile: TaxProfile | None = None
    freight: Decimal = ZERO
    remarks: str = ""


@dataclass(frozen=True)
class LineInput:
    """One line as entered; ``discount`` and ``tax_rate`` are fractions (5 % is 0.05)."""

    product: Product
    quantity: Decimal
    price: Decimal
    discount: Decimal = field(default=Decimal(0))
    tax_rate: Decimal = field(default=Decimal(0))


@transaction.atomic
def create_order(*, actor: Any, data: OrderInput, lines: Sequence[LineInput], at: datetime) -> Order:
    """Write a draft. Amounts are computed here, base amounts at the rate of the order date.

    The owner is the customer's owner on the order date, the team the owner's of that day. Raises
    ``NotAllowed``, ``InvalidInput`` (field names are those of ``OrderInput``; lines as ``lines-0-price``),
    ``BelowFloorPrice``.
    """
    if actor is not None and not can(actor, "add", Order):
        raise NotAllowed(_("You may not write orders."))
    order = Order(created_by=actor, state=OrderState.DRAFT)
    priced = _fill(order, actor=actor, data=data, lines=lines, at=at)
    order.save()
    _write_lines(order, lines, priced)
    record(
        "orders.order_created",
        order,
        order.customer,
        actor=actor,
        at=at,
        data={"total": order.total, "currency": order.currency_id},
    )
    return order


@transaction.atomic
def update_order(
    *,
    actor: Any,
    order: Order,
    version: int,
    data: OrderInput,
    lines: Sequence[LineInput],
    at: datetime,
) -> Order:
    """Replace head and lines of a draft. ``version`` is the one that the person saw.

    Raises ``Conflict`` when the order is no draft any more or was changed meanwhile, and what ``create_order``
    raises.
    """
    if (
        data.customer.pk != order.customer_id
    ):  # the order then refers to it: customer before order, as everywhere
        lock_row(Customer.objects.all(), data.customer.pk)
    locked = lock_row(Order.objects.all(), order.pk)
    if actor is not None and not can(actor, "edit", locked):
        raise NotAllowed(_("You may not change this order."))
    if locked.state != OrderState.DRAFT:
        raise Conflict(
            _("Order %(order)s is “%(state)s”; only a draft can be changed.")
            % {"order": locked, "state": locked.get_state_display()},
            way_out=_("Return it to draft first."),
        )
    if locked.version != version:
        raise Conflict(
            _("Somebody else changed order %(order)s while you were writing.") % {"order": locked},
            way_out=_("Open it again in another tab, compare, and repeat your change."),
        )
    before = {"total": locked.total}
    priced = _fill(locked, actor=actor, data=data, lines=lines, at=at)
    locked.version += 1
    OrderLine.objects.filter(order=locked).delete()
    locked.save()
    _write_lines(locked, lines, priced)
    record(
        "orders.order_changed",
        locked,
        actor=actor,
        at=at,
        data={"total_before": before["total"], "total": locked.total, "currency": locked.currency_id},
    )
    return locked


def _fill(
    order: Order, *, actor: Any, data: OrderInput, lines: Sequence[LineInput], at: datetime
) -> list[PricedLine]:
    """Check the input and put head and totals on ``order`` (unsaved); hand back the priced lines."""
    today = timezone.localdate(at)
    _check_parties(order, actor=actor, data=data)
    _check_dates(data, today=today)
    currency = data.currency or data.customer.currency
    rate = rate_to_base(currency.code, on=data.order_date)
    _check_lines(lines, on=today)
    places = min(currency.decimals, 2)
    priced = [
        price_line(
            quantity=line.quantity,
            price=line.price,
            discount=line.discount,
            tax_rate=line.tax_rate,
            rate=rate,
            places=places,
        )
        for line in lines
    ]
    freight = _amount(data.freight, field="freight", places=places)
    totals = total_lines(priced, freight=freight, rate=rate)
    if max(totals.total, totals.base_total) > MOST_MONEY:
        raise InvalidInput(_("The total is too large to be true."), field="lines-0-quantity")
    owner, team = _owner(actor, data, order)
    order.customer = data.customer
    order.contract = data.contract
    order.customer_po = data.customer_po
    order.owner, order.team = owner, team
    order.region = data.region or data.customer.region
    order.order_date = data.order_date
    order.required_date = data.required_date
    order.promised_date = data.promised_date
    order.ship_to = data.ship_to or data.customer.address
    order.tax_profile = data.tax_profile
    order.payment_term = data.payment_term or data.customer.payment_term
    order.currency, order.base_rate = currency, rate
    order.remarks = data.remarks
    for name in ("net", "tax", "freight", "total", "base_net", "base_total"):
        setattr(order, name, getattr(totals, name))
    return priced


def _check_parties(order: Order, *, actor: Any, data: OrderInput) -> None:
    """The customer must be one that the actor sees; the contract must be in force and the customer's."""
    changed = order.customer_id != data.customer.pk
    if actor is not None and changed and not can(actor, "view", data.customer):
        raise InvalidInput(_("Choose one of your customers."), field="customer")
    _check_title(order, data)
    contract = data.contract
    if contract is None:
        return
    if contract.customer_id != data.customer.pk:
        raise InvalidInput(
            _("Contract %(contract)s was made with another customer.") % {"contract": contract},
            field="contract",
        )
    if order.contract_id == contract.pk:
        return
    if actor is not None and not can(actor, "view", contract):
        raise InvalidInput(_("Choose one of the customer's contracts."), field="contract")
    if contract.state != ContractState.EFFECTIVE:
        raise InvalidInput(
            _("Contract %(contract)s is not in force.") % {"contract": contract}, field="contract"
        )


def _check_title(order: Order, data: OrderInput) -> None:
    """An invoice title is one of the customer's that holds on the day of the order, or the one the draft had."""
    profile = data.tax_profile
    if profile is None or (order.customer_id, order.tax_profile_id) == (data.customer.pk, profile.pk):
        return
    if not usable_profiles(data.customer, on=data.order_date).filter(pk=profile.pk).exists():
        raise InvalidInput(
            _("“%(title)s” is no invoice title of this customer on that day.") % {"title": profile.title},
            field="tax_profile",
            way_out=_("Choose another one, or none: then the usual one of the customer holds."),
        )


def _check_dates(data: OrderInput, *, today: date) -> None:
    if data.order_date > today:
        raise InvalidInput(_("An order cannot be dated in the future."), field="order_date")
    days = rule("orders.backdate_days", on=today)
    if data.order_date < today - timedelta(days=days):
        raise InvalidInput(
            ngettext(
                "The order is dated more than %(days)s day back.",
                "The order is dated more than %(days)s days back.",
                days,
            )
            % {"days": days},
            field="order_date",
            clause="orders.backdate_days",
            way_out=_("Date it later."),
            date=data.order_date,
            earliest=today - timedelta(days=days),
        )
    for name in ("required_date", "promised_date"):
        value = getattr(data, name)
        if value is not None and value < data.order_date:
            raise InvalidInput(_("This day lies before the order date."), field=name)
        if value is not None and value.year > today.year + 20:
            raise InvalidInput(_("This day is too far away to be true."), field=name)


def _check_lines(lines: Sequence[LineInput], *, on: date) -> None:
    if not lines:
        raise InvalidInput(_("An order needs at least one line."), field="lines-0-product")
    most = rule("orders.max_discount", on=on)
    for index, line in enumerate(lines):
        _number(line.quantity, MOST_UNITS, places=6, field=f"lines-{index}-quantity")
        _number(line.price, MOST_PRICE, places=4, field=f"lines-{index}-price")
        _number(line.discount, Decimal(1), places=6, field=f"lines-{index}-discount")
        _number(line.tax_rate, Decimal(1), places=6, field=f"lines-{index}-tax_rate")
        if line.quantity <= 0:
            raise InvalidInput(_("The quantity must be more than zero."), field=f"lines-{index}-quantity")
        if line.quantity * line.price > MOST_MONEY:
            raise InvalidInput(_("The amount is too large to be true."), field=f"lines-{index}-quantity")
        if line.discount > most:
            raise InvalidInput(
                _("A discount of %(discount)s %% is more than the %(most)s %% that the handbook allows.")
                % {"discount": percent(line.discount), "most": percent(most)},
                field=f"lines-{index}-discount",
                clause="orders.max_discount",
                way_out=_("Lower the discount."),
                discount=f"{percent(line.discount)} %",
                most=f"{percent(most)} %",
            )


def percent(fraction: Decimal) -> str:
    """0.125 as "12.5"."""
    return f"{(fraction * 100).normalize():f}"


def _number(value: Any, most: Decimal, *, places: int, field: str) -> None:
    """Refuse what is no exact, finite, storable number of at least zero."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise InvalidInput(_("Enter a number."), field=field)
    if value < 0:
        raise InvalidInput(_("This may not be less than zero."), field=field)
    if value > most:
        raise InvalidInput(_("This number is too large."), field=field)
    if -value.as_tuple().exponent > places and value != round(value, places):
        raise InvalidInput(_("At most %(places)s decimals.") % {"places": places}, field=field)


def _amount(value: Any, *, field: str, places: int) -> Decimal:
    _number(value, MOST_MONEY, places=places, field=field)
    return value


def _owner(actor: Any, data: OrderInput, order: Order) -> tuple[Any, Any]:
    """Owner and team of the order date; the order must stay within what its writer may see.

    While neither customer nor date of a draft changes, it stays with whom it was written for.
    """
    if (order.customer_id, order.order_date) == (data.customer.pk, data.order_date):
        return order.owner, order.team
    owner = owner_of_customer(data.customer, on=data.order_date) or actor
    team = team_on(owner, data.order_date) if owner else None
    if actor is not None and not policy_of(Order).reaches(actor, owner=owner, team=team):
        raise InvalidInput(
            _("On %(date)s this customer belonged to %(owner)s.") % {"date": data.order_date, "owner": owner},
            field="order_date",
            way_out=_("Ask %(owner)s or the team lead to enter the order.") % {"owner": owner},
            release=AskOffer(
                _("Please enter an order of %(customer)s") % {"customer": data.customer},
                people=(owner, *line_above(actor)),
                subject=data.customer,
            ),
        )
    return owner, team


def _write_lines(order: Order, lines: Sequence[LineInput], priced: Sequence[PricedLine]) -> None:
    rates: dict[str, Decimal | None] = {order.currency_id: order.base_rate}
    policy = rule("orders.floor_price_policy", on=order.order_date)
    rows = []
    for index, (line, amounts) in enumerate(zip(lines, priced, strict=True)):
        below = is_below_floor(
            price=line.price,
            discount=line.discount,
            rate=order.base_rate,
            floor_price=line.product.floor_price,
            floor_rate=_floor_rate(line.product.currency_id, rates, on=order.order_date),
        )
        if below and policy == "block":
            raise BelowFloorPrice(
                _("The price of %(product)s is under its floor price.") % {"product": line.product},
                field=f"lines-{index}-price",
                clause="orders.floor_price_policy",
                way_out=_("Raise the price or lower the discount."),
                price=line.price,
                discount=f"{percent(line.discount)} %",
            )
        rows.append(
            OrderLine(
                order=order,
                position=index + 1,
                product=line.product,
                quantity=amounts.quantity,
                price=amounts.price,
                discount=amounts.discount,
                tax_rate=amounts.tax_rate,
                net=amounts.net,
                tax=amounts.tax,
                base_net=amounts.base_net,
                below_floor=below,
            )
        )
    OrderLine.objects.bulk_create(rows)


def _floor_rate(currency: str, known: dict[str, Decimal | None], *, on: date) -> Decimal | None:
    """Rate of the floor price's currency; ``None`` when unknown, then the floor is not compared."""
    if currency not in known:
        try:
            known[currency] = rate_to_base(currency, on=on)
        except InvalidInput:
            known[currency] = None
    return known[currency]
