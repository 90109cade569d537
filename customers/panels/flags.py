"""Signs on the customer page and the watch list in the menu."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers import flags
from customers.flags import STALE, WATCH, FileFlag, file_flags, signs_of
from customers.models import Customer
from salesops.audit import verbs
from salesops.core.policies import can
from salesops.ui.registries import MenuItem, Panel, menu, panels, side_by_side


def signs(request: Any, customer: Customer) -> dict[str, Any] | None:
    """What may be out of date, what hints that the customer may leave."""
    found = signs_of([customer.pk], on=timezone.localdate()).get(customer.pk, [])
    if not found:
        return None
    return {
        "signs": [(flag, flag.kind == WATCH) for _key, flag in found],
        "edit": can(request.user, "edit", customer),
        "stale": any(flag.kind == STALE for _key, flag in found),
        "customer": customer,
    }


def register() -> None:
    """Called when the app is ready."""
    for key, label, kind, condition, order, advice in (
        ("contact", _("No contact for long"), STALE, flags.no_contact, 10, _("Call or visit them.")),
        ("confirmed", _("Data not confirmed for long"), STALE, flags.unconfirmed, 20,
         _("Go through the file and confirm it.")),
        ("person", _("No contact person"), STALE, flags.no_contact_person, 30, _("Add one.")),
        ("reach", _("No telephone or e-mail of anybody"), STALE, flags.nobody_to_call, 40, _("Add one.")),
        ("tax", _("Buys without a tax number on file"), STALE, flags.no_tax_number, 50, _("Ask for it.")),
        ("dormant", _("Has stopped ordering"), WATCH, flags.dormant, 10, _("Find out why.")),
        ("grade", _("Grade fell"), WATCH, flags.grade_fell, 40, _("Talk about it with the lead.")),
    ):  # fmt: skip
        file_flags.register(f"customers.{key}", FileFlag(label, kind, condition, order, advice))
    menu.register(
        "customers.watch",
        MenuItem("customers", _("Watch list"), "customers:customer_watch", Customer, "view", (), 12),
    )
    side_by_side("customers.customers", "customers.watch")
    panels.register(
        "customers.signs",
        Panel(Customer, _("Needs attention"), "customers/panel_signs.html", signs, order=5, later=True),
    )
    verbs.register({"customers.data_confirmed": _("%(actor)s went through the file and confirmed its data")})
