"""What orders add to other pages: menu, customer and contract pages, workbench, search; and their sentences."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, DateField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from customers.about import About, QuestionAbout, asked_about
from customers.selectors import family_of
from orders.choices import OrderState
from orders.differences import questions_of, sentence
from orders.models import Order, OrderLine, Return
from orders.selectors import SOLD, late_orders
from salesops.audit import verbs
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.search.registry import SearchKind, register_kinds
from salesops.ui.marks import exact_date
from salesops.ui.registries import (
    MenuItem,
    Panel,
    QuickAdd,
    WorkbenchCard,
    menu,
    panels,
    quick_adds,
    stylesheets,
    tones,
    workbench_cards,
)

SHOWN = 8


def lines_of(order: Order) -> list[OrderLine]:
    """An order's lines with their products and what came back of each."""
    return list(
        order.lines.select_related("product")
        .annotate(back=Sum("returns__quantity"), gross=F("net") + F("tax"))
        .order_by("position", "pk")
    )


def _newest_of(about: About) -> QuerySet[Order]:
    return about.seen(Order).order_by("-order_date", "-pk")[: SHOWN + 1]


def _bought_of(about: About, since: date) -> QuerySet:
    """What was bought, and what came back, since a day."""
    bought = about.seen(Order).filter(state__in=SOLD, order_date__gt=since)
    back = about.seen(Return, "order__customer").filter(return_date__gt=since)
    named = ((bought, "bought"), (back, "back"))
    first, second = (
        rows.order_by().values(word=Value(word)).annotate(net=Sum("base_net")).values_list("word", "net")
        for rows, word in named
    )
    return first.union(second, all=True)


_newest, _bought = QuestionAbout(_newest_of), QuestionAbout(_bought_of)


def of_customer(request: Any, customer: Any) -> dict[str, Any] | None:
    """The customer's newest orders, and what they bought and kept in the last twelve months."""
    if not can(request.user, "view", Order):
        return None
    since = timezone.localdate() - timedelta(days=365)
    family = family_of(customer)
    rows = asked_about(request.user, family, (Order,), _newest)
    sums = asked_about(request.user, family, (Order, Return), _bought, since)
    net = {"bought": 0, "back": 0, **dict(sums)}
    return {
        "rows": rows[:SHOWN],
        "more": len(rows) > SHOWN,
        "customer": customer,
        "bought": (net["bought"] or 0) - (net["back"] or 0),
        "may_add": can(request.user, "add", Order),
    }


def of_contract(request: Any, contract: Contract) -> dict[str, Any] | None:
    """Orders under a contract and how far they use up its amount, in the contract's currency if all are in it."""
    if not can(request.user, "view", Order):
        return None
    seen = Order.objects.filter(contract=contract).visible_to(request.user)
    rows = list(seen.order_by("-order_date", "-pk")[: SHOWN + 1])
    live = Order.objects.filter(contract=contract).exclude(state__in=[OrderState.DRAFT, OrderState.CANCELLED])
    sums = live.aggregate(
        others=Count("pk", filter=~Q(currency=contract.currency_id)),
        own=Sum("total"),
        own_shipped=Sum("total", filter=Q(state=OrderState.SHIPPED)),
        base=Sum("base_total"),
        base_shipped=Sum("base_total", filter=Q(state=OrderState.SHIPPED)),
    )
    prefix = "base" if sums["others"] else "own"
    amount = contract.base_amount if sums["others"] else contract.amount
    ordered = sums[prefix] or 0
    return {
        "rows": rows[:SHOWN],
        "more": len(rows) > SHOWN,
        "contract": contract,
        "ordered": ordered,
        "shipped": sums[f"{prefix}_shipped"] or 0,
        "left": amount - ordered if contract.amount else None,
        "currency": settings.BASE_CURRENCY if sums["others"] else contract.currency_id,
    }


def returns_of(request: Any, order: Order) -> dict[str, Any] | None:
    """What came back of an order; hidden before it was shipped."""
    if order.state != OrderState.SHIPPED:
        return None
    rows = list(order.returns.select_related("line__product").order_by("return_date", "pk"))
    if not rows:
        return None
    return {"rows": rows, "total": sum(row.net for row in rows), "order": order}


def milestones_of(request: Any, order: Order) -> dict[str, Any] | None:
    """The way of an order, with the days that are known."""
    today = timezone.localdate()
    cancelled = order.state == OrderState.CANCELLED
    reached = {
        "draft": 1,
        "submitted": 2,
        "confirmed": 3,
        "shipped": 4,
        "cancelled": 3 if order.confirmed_date else 1,
    }[order.state]
    steps = [
        (_("Ordered"), order.order_date, reached >= 1),
        (_("Submitted"), order.submitted_date if reached >= 2 else None, reached >= 2),
        (_("Confirmed"), order.confirmed_date, reached >= 3),
        (_("Shipped"), order.shipped_date, reached >= 4),
    ]
    due = order.due_date
    late = due is not None and not cancelled and (order.shipped_date or today) > due
    return {"steps": steps, "order": order, "due": due, "late": late, "cancelled": cancelled}


def arrangement_of(request: Any, order: Order) -> dict[str, Any] | None:
    """What the warehouse was asked for, until when, and who confirmed it."""
    return {"row": order.arrangement} if order.arrangement is not None else None


def differences_of(request: Any, order: Order) -> dict[str, Any] | None:
    """What was asked about differences from the contract, with each written answer."""
    rows = questions_of(order) if order.contract_id is not None else []
    return {"rows": [(row, sentence(row.point, row.words)) for row in rows]} if rows else None


def _card(rows: QuerySet, query: str, **more: Any) -> dict[str, Any] | None:
    found = list(rows.select_related("customer", "owner")[: SHOWN + 1])
    if not found:
        return None
    return {
        "rows": found[:SHOWN],
        "more": len(found) > SHOWN,
        "query": query,
        "today": timezone.localdate(),
        **more,
    }


def to_confirm(request: Any) -> dict[str, Any] | None:
    """Submitted orders that wait for this person."""
    if not can(request.user, "confirm", Order):
        return None
    rows = Order.objects.filter(state=OrderState.SUBMITTED).visible_to(request.user, "confirm")
    if not rule("orders.confirm_own", on=timezone.localdate()):
        rows = rows.exclude(Q(owner=request.user) | Q(submitted_by=request.user))
    return _card(rows.order_by("order_date", "pk"), "state=submitted", act="confirm")


def to_ship(request: Any) -> dict[str, Any] | None:
    """Confirmed orders to be shipped, the most urgent first; for who sends goods."""
    if not request.user.has_role("operations", "rep", "assistant"):
        return None
    rows = Order.objects.filter(state=OrderState.CONFIRMED).visible_to(request.user, "ship")
    # By what is computed: sorted by the column itself, PostgreSQL walks a million orders sent long ago.
    urgent = Coalesce("promised_date", Value(date.max), output_field=DateField())
    rows = rows.order_by(urgent, "order_date", "pk")
    return _card(rows, "state=confirmed&sort=promised_date", act="ship")


def late(request: Any) -> dict[str, Any] | None:
    """Confirmed orders whose promised day has passed."""
    if not can(request.user, "edit", Order):
        return None
    rows = late_orders(on=timezone.localdate()).visible_to(request.user)
    return _card(rows, "late=on", late=True)


def line_of(order: Order, _user: Any) -> str:
    """What stands under an order's number where it was found."""
    return f"{order.customer} · {exact_date(order.order_date)} · {order.get_state_display()}"


def register() -> None:
    """Called when the app is ready."""
    menu.register(
        "orders.orders", MenuItem("orders", _("Orders"), "orders:order_list", model=Order, order=10)
    )
    menu.register(
        "orders.returns", MenuItem("orders", _("Returns"), "orders:return_list", model=Return, order=30)
    )
    panels.register(
        "orders.of_customer",
        Panel(
            "customers.Customer",
            _("Orders"),
            "orders/panel_of_customer.html",
            of_customer,
            order=30,
            later=True,
        ),
    )
    panels.register(
        "orders.of_contract",
        Panel(Contract, _("Orders"), "orders/panel_of_contract.html", of_contract, order=20),
    )
    panels.register("orders.returns", Panel(Order, _("Returns"), "orders/panel_returns.html", returns_of))
    panels.register(
        "orders.differences",
        Panel(Order, _("Differences from the contract"), "orders/panel_differences.html", differences_of),
    )
    panels.register(
        "orders.milestones",
        Panel(Order, _("Milestones"), "orders/panel_milestones.html", milestones_of, place="side"),
    )
    panels.register(
        "orders.arrangement",
        Panel(
            Order, _("Shipment arrangement"), "orders/panel_arrangement.html", arrangement_of, place="side"
        ),
    )
    quick_adds.register(
        "orders.order", QuickAdd(_("Order"), "orders:order_create", model=Order, order=30, icon="package")
    )
    cards = (
        ("orders.to_confirm", _("Orders to confirm"), to_confirm, 20),
        ("orders.to_ship", _("Orders to ship"), to_ship, 40),
    )
    template = "orders/card_orders.html"
    for key, title, context, order in cards:
        workbench_cards.register(key, WorkbenchCard(title, template, context, order=order))
    workbench_cards.register(
        "orders.late",
        WorkbenchCard(
            _("Late deliveries"),
            template,
            late,
            order=30,
            lazy=True,
            may=lambda user: can(user, "edit", Order),
        ),
    )
    stylesheets.register("orders", "css/orders.css")
    register_kinds(
        SearchKind(
            Order,
            _("Orders"),
            numbers=("number", "customer_po"),
            notes=("remarks",),
            line=line_of,
            related=("customer",),
            order=30,
            icon="package",
        )
    )
    tones.register(
        Order,
        {
            "draft": "plain",
            "submitted": "attention",
            "confirmed": "info",
            "shipped": "good",
            "cancelled": "plain",
        },
    )
    verbs.register(
        {
            "orders.order_created": _("%(actor)s wrote the order: %(total)s %(currency)s"),
            "orders.order_changed": _(
                "%(actor)s changed the order: %(total_before)s → %(total)s %(currency)s"
            ),
            "orders.order_submitted": _("%(actor)s submitted order %(number)s: %(total)s %(currency)s"),
            "orders.order_returned_to_draft": _("%(actor)s returned order %(number)s to draft"),
            "orders.order_confirmed": _("%(actor)s confirmed order %(number)s: %(total)s %(currency)s"),
            "orders.order_confirmed_by_approval": _(
                "%(actor)s confirmed order %(number)s by the last approval: %(total)s %(currency)s"
            ),
            "orders.order_left_waiting": _(
                "%(actor)s left order %(number)s to go on by itself once nothing stops it"
            ),
            "orders.order_waits_no_more": _("%(actor)s took back that order %(number)s goes on by itself"),
            "orders.order_went_on": _("Nothing stops order %(number)s any more: it goes on"),
            "orders.order_stayed": _("Order %(number)s did not go on by itself"),
            "orders.order_taken_over": _(
                "%(actor)s took order %(number)s over from the file %(file)s without approval, since it is history: %(total)s %(currency)s of %(date)s"
            ),
            "orders.shipment_arranged": _(
                "%(actor)s asked %(unit)s to have the goods of order %(number)s ready on %(ready_date)s"
            ),
            "orders.order_shipped": _("%(actor)s shipped order %(number)s on %(shipped_date)s"),
            "orders.order_cancelled": _("%(actor)s cancelled order %(number)s"),
            "orders.return_recorded": _(
                "%(actor)s recorded a return of order %(number)s: quantity %(quantity)s, %(net)s %(currency)s"
            ),
        }
    )
