"""Wiring of this app at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from customers.campaign_gains import CampaignGain, campaign_gains
        from customers.facts import LastFact, last_facts, open_business
        from customers.handing import HandKind, hand_kinds
        from customers.merging import stays
        from customers.papers_of_deals import DealPaper, deal_papers
        from customers.talks import TalkReason, Topic, talk_reasons
        from customers.trends import TrendFact, trend_facts
        from orders import (
            contract_check,
            customer_check,
            customer_facts,
            flags,
            handbook,
            imports,
            measures,
            panels,
            papers,
            permissions,
            process,
            story,
        )
        from orders.choices import OrderState
        from orders.models import Order
        from orders.selectors import SOLD, orders_on_the_way
        from orders.services.approving import register_kind
        from salesops.audit import tracking
        from salesops.ui.marks import amount_of

        permissions.register_policies()
        open_orders = (OrderState.DRAFT, OrderState.SUBMITTED, OrderState.CONFIRMED)
        hand_kinds.register(
            "orders.order",
            HandKind(
                _("Open orders"),
                Order,
                lambda person: Order.objects.filter(owner=person, state__in=open_orders).order_by("pk"),
                lambda order: f"{order.get_state_display()} · {amount_of(order.total, order.currency_id)}",
                order=70,
            ),
        )
        talk_reasons.register("orders.order", TalkReason(Topic.PROGRESS, orders_on_the_way))
        sold = LastFact(
            "order", lambda: Order.objects.filter(state__in=SOLD), "order_date", begins_business=True
        )
        last_facts.register("orders.order", sold)
        under_way = (OrderState.SUBMITTED, OrderState.CONFIRMED)
        open_business.register(
            "orders.order", (lambda: Order.objects.filter(state__in=under_way), "customer")
        )
        stays(
            "orders.Order.customer", "a confirmed order never changes its customer; shown with the kept file"
        )
        deal_papers.register("orders.order", DealPaper(Order, _("Take the order"), "orders:order_create"))
        trend_facts.register(
            "orders.order",
            TrendFact(
                _("Orders"),
                Order,
                "order_date",
                "orders:order_list",
                narrowed=lambda rows: rows.filter(state__in=SOLD),
                filters="&sold=on",
            ),
        )
        campaign_gains.register("orders.order", CampaignGain(_("Orders"), customer_facts.after_campaign))
        handbook.register()
        measures.register()
        panels.register()
        story.register()
        customer_facts.register()
        flags.register()
        papers.register()
        tracking.leave_out(Order, "born_txid", reason="written by the database's own guard")
        imports.register_kinds()
        register_kind()
        customer_check.register()
        contract_check.register()
        process.register()
