"""Orders and returns as lists."""

from django.utils.translation import gettext_lazy as _

from contracts.tables import RecordNumberColumn
from orders.models import Order, Return
from salesops.ui.tables import (
    DateColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


class OrderTable(RecordTable):
    number = RecordNumberColumn(verbose_name=_("Number"))
    customer = LinkColumn(to="customer", orderable=False)
    state = StateColumn()
    order_date = DateColumn()
    promised_date = DateColumn()
    required_date = DateColumn()
    shipped_date = DateColumn()
    total = MoneyColumn(currency="currency_id")
    base_total = MoneyColumn(verbose_name=_("In base currency"), orderable=False)
    freight = MoneyColumn(orderable=False)
    owner = PersonColumn(orderable=False)
    team = TextColumn(orderable=False)
    region = TextColumn()
    customer_po = TextColumn(orderable=False)
    ship_method = TextColumn(orderable=False)

    class Meta:
        model = Order
        fields = ()

    default_columns = (
        "number",
        "customer",
        "state",
        "order_date",
        "promised_date",
        "shipped_date",
        "total",
        "owner",
    )


class ReturnTable(RecordTable):
    order = LinkColumn(to="order", orderable=False)
    customer = LinkColumn(accessor="order__customer", orderable=False, verbose_name=_("Customer"))
    product = TextColumn(accessor="line__product", orderable=False, verbose_name=_("Product"))
    return_date = DateColumn()
    quantity = NumberColumn()
    net = MoneyColumn(currency="currency_code")
    reason = TextColumn(orderable=False)

    class Meta:
        model = Return
        fields = ()
