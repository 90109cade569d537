"""How far a contract and its plan have come: delivered, invoiced, billed; and on which day a row would fall due."""

from __future__ import annotations

import calendar
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.translation import gettext

from contracts.choices import ContractKind, PlanTrigger
from contracts.models import Acceptance, Contract, PlanRow
from contracts.services.plans import plan_of
from orders.choices import OrderState
from orders.models import Order
from receivables.models import CreditNote, Receivable, TaxInvoice
from salesops.catalog.terms import due_date as date_by_terms
from salesops.core.money import ZERO


def billed_by_line(contract: Contract) -> dict[int, Decimal]:
    """What of each row is posted; under 0 what was billed without a plan."""
    rows = Receivable.objects.filter(contract=contract).values_list("plan_line").annotate(sum=Sum("amount"))
    return {line or 0: amount for line, amount in rows.order_by("plan_line")}


def planned(order: Order) -> bool:
    """Is the order billed by the plan of its contract? Orders in another currency are not."""
    contract = order.contract
    return (
        contract is not None and order.currency_id == contract.currency_id and plan_of(contract) is not None
    )


def delivered_of(contract: Contract) -> Decimal:
    """What was shipped under a contract, in its currency, as far as its amount goes."""
    shipped = contract.orders.filter(state=OrderState.SHIPPED, currency=contract.currency_id)
    return min(shipped.aggregate(sum=Sum("total"))["sum"] or ZERO, contract.amount)


def beyond_contract(order: Order) -> Decimal:
    """The part of a planned order that no plan covers: what was shipped beyond the contract's amount with it."""
    contract = order.contract
    if contract is None or order.state != OrderState.SHIPPED:
        return ZERO
    shipped = contract.orders.filter(state=OrderState.SHIPPED, currency=contract.currency_id)
    before = shipped.exclude(pk=order.pk).filter(shipped_date__lt=order.shipped_date)
    same = shipped.exclude(pk=order.pk).filter(shipped_date=order.shipped_date, pk__lt=order.pk)
    sums = [(rows.aggregate(sum=Sum("total"))["sum"] or ZERO) for rows in (before, same)]
    return max(min(sum(sums, ZERO) + order.total - contract.amount, order.total), ZERO)


def invoiced_of(contract: Contract) -> Decimal:
    """Gross of the tax invoices issued for a contract, less their red letters."""
    rows = TaxInvoice.objects.filter(contract=contract, state="issued", currency=contract.currency_id)
    return rows.aggregate(sum=Sum("amount"))["sum"] or ZERO


def due_of_row(
    contract: Contract, row: PlanRow, *, on: date, shipped: date | None = None
) -> tuple[date, str, date | None]:
    """Due date, why that date, and the end of the warranty where the row is retention; in the reader's language."""
    accepted = None
    if row.payment_term is not None or row.trigger == PlanTrigger.WARRANTY:
        accepted = Acceptance.objects.filter(contract=contract).values_list("date", flat=True).first()
    base, words, until = on, "", None
    if row.trigger == PlanTrigger.DATE and row.date:
        base = row.date
        words = gettext("fixed day %(date)s") % {"date": date_format(base, "DATE_FORMAT")}
    elif row.trigger == PlanTrigger.WARRANTY and row.months:
        base = until = add_months(accepted or on, row.months)
        words = gettext("acceptance %(date)s + %(months)s months of warranty = %(end)s") % {
            "date": date_format(accepted or on, "DATE_FORMAT"),
            "months": row.months,
            "end": date_format(base, "DATE_FORMAT"),
        }
    elif row.trigger == PlanTrigger.SIGN:
        words = gettext("contract in force on %(date)s") % {"date": date_format(on, "DATE_FORMAT")}
    if row.payment_term is None:
        on_the_day = gettext("on the day of the fact, %(date)s") % {"date": date_format(on, "DATE_FORMAT")}
        return base, words or on_the_day, until
    day, by_term = date_by_terms(
        row.payment_term, invoice=base, delivery=shipped, acceptance=accepted, sign=contract.signed_date
    )
    return day, f"{words}; {by_term}"[:200] if words else by_term[:200], until


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


def left_of_contract(contract: Contract) -> Decimal | None:
    """What of a contract's amount no item stands for; ``None`` for a framework, which names none."""
    if contract.kind == ContractKind.FRAMEWORK or not contract.amount:
        return None
    items = Receivable.objects.filter(contract=contract).aggregate(sum=Sum("amount"))["sum"] or ZERO
    notes = (
        CreditNote.objects.filter(receivable__contract=contract).aggregate(sum=Sum("amount"))["sum"] or ZERO
    )
    return contract.amount - items + notes
