"""Forms as a person would fill them in, and such that name a record of somebody else."""

from django.utils import timezone

TODAY = timezone.localdate


def money_of(row):
    return {f"item-{row.pk}": "1.00"}


def order_form(customer, product, **more):
    return {
        "customer": customer.pk,
        "order_date": TODAY().isoformat(),
        "required_date": TODAY().isoformat(),
        "currency": "CNY",
        "freight": "0",
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "lines-0-product": product.pk,
        "lines-0-quantity": "2",
        "lines-0-price": "10.00",
        "lines-0-discount": "0",
        "lines-0-tax_rate": "13",
        **more,
    }


def foreign_posts(mine, prey, house):
    """Url, its arguments and a form that names a record of the other team."""
    today = TODAY().isoformat()
    yield "orders:order_create", [], order_form(prey.customer, house.product)
    yield "orders:order_create", [], order_form(mine.customer, house.product, contract=prey.contract.pk)
    yield "orders:order_edit", [mine.orders["draft"].pk], order_form(prey.customer, house.product)
    yield (
        "contracts:contract_create",
        [],
        {
            "customer": prey.customer.pk,
            "amount": "5",
            "currency": "CNY",
            "signed_date": today,
            "start_date": today,
        },
    )
    yield (
        "customers:visit_create",
        [],
        {"customer": prey.customer.pk, "kind": "visit", "planned_date": today, "purpose": "x"},
    )
    yield (
        "customers:visit_log_new",
        [],
        {
            "customer": prey.customer.pk,
            "kind": "visit",
            "visited_at": f"{today}T00:01",
            "result": "y",
        },
    )
    yield (
        "customers:customer_create",
        [],
        {"name": "Fresh One Ltd", "kind": "company", "parent": prey.customer.pk},
    )
    yield (
        "customers:customer_create",
        [],
        {"name": "Fresh Two", "kind": "company", "owner": mine.owner.pk, "parent": 10**15},
    )
    yield (
        "customers:customer_edit",
        [mine.customer.pk],
        {"name": "Renamed", "kind": "company", "parent": prey.customer.pk},
    )
