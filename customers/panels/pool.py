"""Menu, sentences and cards of the public pool."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.facts import files
from customers.models import PoolCustomer, PoolMove, PoolRule
from customers.pooling import candidates
from salesops.audit import verbs
from salesops.core.choices import Role
from salesops.ui.registries import MenuItem, WorkbenchCard, menu, side_by_side, workbench_cards

SHOWN = 6
WARNED = (Role.REP, Role.LEAD)


def going_soon(request: Any) -> dict[str, Any] | None:
    """Own customers that go to the pool within the warning time of a rule."""
    if not request.user.has_role(*WARNED):
        return None
    today = timezone.localdate()
    rows: dict[int, Any] = {}
    for pool_rule in PoolRule.objects.in_force(today):
        mine = files().filter(owner=request.user)
        for found in candidates([pool_rule], on=today + timedelta(days=pool_rule.warn_days), customers=mine):
            rows.setdefault(found.customer.pk, found)
    soonest = sorted(rows.values(), key=lambda found: found.goes_on)
    return {"rows": soonest[:SHOWN], "more": max(len(soonest) - SHOWN, 0)} if soonest else None


def register() -> None:
    """Called when the app is ready."""
    side_by_side("customers.pool", "customers.pool_report", "customers.pool_rules", "customers.claims")
    for key, label, url, model, verb, order in (
        ("pool", _("Public pool"), "poolcustomer_list", PoolCustomer, "view", 21),
        ("pool_report", _("Report on the pool"), "pool_report", PoolMove, "report", 22),
        ("pool_rules", _("Rules of the pool"), "poolrule_list", PoolRule, "view", 23),
    ):
        item = MenuItem("customers", label, f"customers:{url}", model, verb, (), order)
        menu.register(f"customers.{key}", item)
    card = WorkbenchCard(
        _("Soon in the public pool"),
        "customers/card_pool.html",
        going_soon,
        order=62,
        lazy=True,
        roles=WARNED,
    )
    workbench_cards.register("customers.pool_soon", card)
    verbs.register(
        {
            "customers.recycled_contact": _(
                "The customer went from %(old)s to the public pool: no contact for %(days)s days, since %(since)s"
            ),
            "customers.recycled_deal": _(
                "The customer went from %(old)s to the public pool: no opportunity for %(days)s days, since %(since)s"
            ),
            "customers.recycled_order": _(
                "The customer went from %(old)s to the public pool: no order for %(days)s days, since %(since)s"
            ),
            "customers.released": _(
                "%(actor)s gave the customer of %(old)s up to the public pool. %(reason)s"
            ),
            "customers.pool_claimed": _(
                "%(actor)s took the customer from the public pool; before: %(former)s"
            ),
            "customers.pool_rule_set": _("%(actor)s set the rule of the pool: %(rule)s"),
            "customers.pool_rule_ended": _("%(actor)s ended the rule of the pool: %(rule)s"),
        }
    )
