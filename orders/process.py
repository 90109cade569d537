"""Steps of the order process on the page of duties and authority (ORG-04)."""

from django.utils.translation import gettext_lazy as _

from orders.services.approving import KEY
from salesops.approvals.process import ProcessStep, register_steps

ORDER = "orders.Order"


def register() -> None:
    limits = ("orders.approval_limit", "orders.approval_limit_top")
    register_steps(
        add=ProcessStep(_("Take an order"), ORDER, "add", 20, clauses=("orders.contract_differences",)),
        submit=ProcessStep(_("Hand in an order"), ORDER, "submit", 21),
        confirm=ProcessStep(_("Confirm an order"), ORDER, "confirm", 22, clauses=limits, kinds=(KEY,)),
        ship=ProcessStep(_("Ship an order"), ORDER, "ship", 24),
        cancel=ProcessStep(_("Cancel an order"), ORDER, "cancel", 25),
        record_return=ProcessStep(_("Take a return"), ORDER, "record_return", 26),
    )
