"""What is done with an order: submitted, confirmed, shipped, called off; each with what speaks against it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders import services
from orders.choices import OrderState
from orders.forms import (
    ArrangeForm,
    ReasonForm,
    ReturnForm,
    ShipForm,
)
from orders.models import Order
from orders.selectors import warehouse
from orders.services import checks
from orders.services.approving import needs_approval
from salesops.ui.views import (
    ActionView,
)


class OrderAct(ActionView):
    """An act on an order; the page shows whose order it is, what it is worth, and what speaks against it."""

    model, template_name = Order, "orders/order_act.html"
    check_version = True
    stage = ""

    def base_queryset(self) -> QuerySet:
        return Order.objects.select_related("customer", "owner")

    def get_context(self) -> dict[str, Any]:
        answers = checks.ask(self.object, self.stage, at=self.at) if self.stage else []
        flagged = self.object.lines.filter(below_floor=True).count()
        return {"answers": answers, "flagged": flagged}


class OrderSubmit(OrderAct):
    verb, title, stage = "submit", _("Submit"), checks.CONFIRM
    explain = _(
        "The order goes to those who confirm orders. It gets its number now and is not changed any more unless it "
        "is returned to draft."
    )

    def perform(self, obj: Order, form: Any, *, actor: Any, at: Any) -> Order:
        return services.submit_order(actor=actor, order=obj, at=at)


class OrderReturnToDraft(OrderAct):
    verb, title, form_class = "return_to_draft", _("Return to draft"), ReasonForm
    explain = _("The order can be changed again and keeps its number.")

    def perform(self, obj: Order, form: Any, *, actor: Any, at: Any) -> Order:
        return services.return_order_to_draft(actor=actor, order=obj, at=at, **form.cleaned_data)


class OrderConfirm(OrderAct):
    verb, title, stage = "confirm", _("Confirm"), checks.CONFIRM
    explain = _("The order binds us from now on: lines and prices are fixed, and it can be shipped.")

    def perform(self, obj: Order, form: Any, *, actor: Any, at: Any) -> Order:
        done = services.confirm_or_ask(actor=actor, order=obj, at=at)
        if isinstance(done, Order):
            return done
        text = _(
            "Order %(order)s is above the limit: approval was asked for, and then it is confirmed by itself."
        )
        messages.info(self.request, text % {"order": obj})
        return obj

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "needs_approval": needs_approval(self.object, at=self.at)}


class OrderDifferences(OrderAct):
    verb, title, stage = "ask_differences", _("Ask about the differences"), checks.CONFIRM
    explain = _(
        "Each difference from the contract goes to the unit that it concerns, as a request. Its written answer stays "
        "with the order; until then the order is not confirmed."
    )

    def perform(self, obj: Order, form: Any, *, actor: Any, at: Any) -> Order:
        services.ask_about_differences(actor=actor, order=obj, at=at)
        return obj


class OrderWait(OrderAct):
    """Leave a stopped order to go on by itself, or take that back; needs the right to the step that waits."""

    title = _("Go on by itself")
    explain = _(
        "As soon as nothing stops it any more (money came in, a release was signed, a hold was lifted), the order is "
        "confirmed in your name; a shipment that can leave is told to you."
    )

    def prepare(self) -> None:
        self.verb = "confirm" if self.get_object().state == OrderState.SUBMITTED else "ship"
        self.stage = {"confirm": checks.CONFIRM}.get(self.verb, checks.SHIP)
        super().prepare()
        self.title = self.label_for(self.object)

    @staticmethod
    def label_for(order: Order) -> Any:
        return _("Do not go on by itself") if order.waits_by_id else _("Go on by itself")

    def get_explain(self, obj: Order) -> Any:
        return _("The order goes on only by hand again.") if obj.waits_by_id else self.explain

    def perform(self, obj: Order, form: Any, *, actor: Any, at: Any) -> Order:
        act = services.stop_waiting if obj.waits_by_id else services.leave_waiting
        return act(actor=actor, order=obj, at=at)


class OrderArrange(OrderAct):
    verb, title, form_class = "arrange", _("Arrange the shipment"), ArrangeForm
    explain = _(
        "The warehouse is asked to have these goods ready on a day. It reads what goes where, and its answer is the "
        "confirmation; until then it is reminded."
    )

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate(self.at)
        return {"to_team": warehouse(on=today), "ready_date": max(self.object.due_date or today, today)}

    def perform(self, obj: Order, form: Any, *, actor: Any, at: Any) -> Order:
        services.arrange_shipment(actor=actor, order=obj, at=at, **form.cleaned_data)
        return obj


class OrderShip(OrderAct):
    verb, title, stage, form_class = "ship", _("Ship"), checks.SHIP, ShipForm
    explain = _("The whole order leaves on this day. It counts as sold and delivered from then on.")

    def get_initial(self) -> dict[str, Any]:
        return {"shipped_date": timezone.localdate(self.at), "ship_method": self.object.ship_method}

    def perform(self, obj: Order, form: Any, *, actor: Any, at: Any) -> Order:
        return services.ship_order(actor=actor, order=obj, at=at, **form.cleaned_data)


class OrderCancel(OrderAct):
    verb, title, form_class, danger = "cancel", _("Cancel order"), ReasonForm, True
    explain = _("The order is called off for good. It keeps its number.")

    def perform(self, obj: Order, form: Any, *, actor: Any, at: Any) -> Order:
        return services.cancel_order(actor=actor, order=obj, at=at, **form.cleaned_data)


class OrderRecordReturn(OrderAct):
    verb, title, form_class = "record_return", _("Record a return"), ReturnForm
    explain = _("What came back counts against the sales of its own day. A recorded return is not changed.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "order": self.object}

    def get_initial(self) -> dict[str, Any]:
        return {"return_date": timezone.localdate(self.at)}

    def perform(self, obj: Order, form: Any, *, actor: Any, at: Any) -> Order:
        services.record_return(actor=actor, order=obj, at=at, **form.cleaned_data)
        return obj
