"""In whose name, and where to, a customer is invoiced and supplied on a day.

The apps above ask here for what stands on orders and invoices::

    bill_to(order.customer, on=order.order_date).tax_number
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from customers.choices import CustomerKind, TaxProfileKind
from customers.identifiers import country_code
from customers.models import Address, Customer, TaxProfile
from customers.selectors.sharing import family_of


@dataclass(frozen=True)
class BillTo:
    """What an invoice to a customer shows. ``profile`` is ``None`` where the file itself is the title."""

    title: str
    tax_number: str
    address: str
    phone: str
    bank_name: str
    bank_account: str
    kind: str
    email: str = ""
    profile: TaxProfile | None = None


def bill_to(customer: Customer, *, on: date, profile: TaxProfile | None = None) -> BillTo:
    """The chosen title, else the usual one of the day; a customer without any is invoiced by its file."""
    found = profile
    if found is None:
        usual = list(usable_profiles(customer, on=on).filter(is_default=True))
        # of a merged file the title is used only where the kept one has none
        found = min(usual, key=lambda row: (row.customer_id != customer.pk, row.pk), default=None)
    if found is None:
        return BillTo(
            customer.name, customer.tax_number, customer.address, customer.phone, customer.bank_name,
            customer.bank_account, kind_of(customer),
        )  # fmt: skip
    return BillTo(
        found.title, found.tax_number, found.address, found.phone, found.bank_name, found.bank_account,
        found.kind, found.email, found,
    )  # fmt: skip


def usable_profiles(customer: Customer, *, on: date) -> QuerySet[TaxProfile]:
    """The titles that a document of a day may choose from, with those of files merged into the customer."""
    return TaxProfile.objects.filter(customer__in=family_of(customer)).usable(on)


def kind_of(customer: Customer, *, home: str = "CN") -> str:
    """Whose rules a new title of this customer follows at first."""
    if customer.kind == CustomerKind.OVERSEAS:
        return TaxProfileKind.FOREIGN
    country = country_code(customer.country, home=home)
    return {"CN": TaxProfileKind.PRC, "TW": TaxProfileKind.TAIWAN}.get(country, TaxProfileKind.FOREIGN)


def usual_address(customer: Customer, kind: str) -> Address | None:
    """The address of a kind that is used unless another one is chosen."""
    return Address.objects.filter(customer=customer, kind=kind, is_default=True).first()
