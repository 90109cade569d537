"""Orders and returns as lists, an order written and looked at."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from customers.models import Opportunity
from customers.papers_of_deals import FromDeal
from orders import services
from orders.choices import OrderState
from orders.differences import unasked
from orders.filters import OrderFilter, ReturnFilter
from orders.forms import (
    OrderForm,
    line_input,
    plain,
    prices_left_open,
)
from orders.models import Order, Return
from orders.panels import lines_of
from orders.selectors import warehouse
from orders.services import checks
from orders.services.approving import KEY as ORDER_APPROVAL
from orders.services.approving import needs_approval
from orders.services.moves import confirm_orders, submit_orders
from orders.services.pricing import price_line, total_lines
from orders.services.waiting import STAGES, passing
from orders.tables import OrderTable, ReturnTable
from orders.views.acts import OrderWait
from salesops.accounts.selectors import team_on
from salesops.core.errors import Conflict, DomainError
from salesops.core.money import ZERO
from salesops.core.policies import can
from salesops.ui.marks import shown_places
from salesops.ui.templatetags.ui import link, money, person
from salesops.ui.views import (
    Act,
    BulkAction,
    HouseView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)
from salesops.ui.views.submit import explained

_LINE_FIELD = re.compile(r"^lines-(\d+)-(\w+)$")


class OrderList(RecordListView):
    model, table_class, filterset_class = Order, OrderTable, OrderFilter
    totals = {"base_total": _("Total in base currency")}
    add_url_name = "orders:order_create"
    add_label = _("New order")
    default_sort = "-order_date"
    empty_title = _("No orders here yet")
    empty_text = _("Write the first one, or import the order history from a spreadsheet.")
    reads = (
        "number", "customer__name", "customer__short_name", "state", "order_date", "promised_date", "shipped_date",
        "total", "currency", "owner__name", "owner__username",
    )  # fmt: skip
    bulk_actions = (
        BulkAction("submit", _("Submit"), "submit", submit_orders),
        BulkAction(
            "confirm",
            _("Confirm or ask for approval"),
            "confirm",
            confirm_orders,
            confirm=_("Confirm the chosen orders? Those above the limit are sent for approval instead."),
        ),
    )

    def base_queryset(self) -> QuerySet:
        return Order.objects.select_related("customer", "owner", "team")


class ReturnList(RecordListView):
    model, table_class, filterset_class = Return, ReturnTable, ReturnFilter
    default_sort = "-return_date"
    empty_title = _("Nothing has come back")
    empty_text = _("Returns are recorded on the page of the order.")

    def base_queryset(self) -> QuerySet:
        return Return.objects.select_related("order__customer", "line__product")


class OrderWriting:
    """What writing and changing an order share: a refused line is told beside that line."""

    model, form_class, template_name = Order, OrderForm, "orders/order_form.html"
    request: HttpRequest

    def refused(self, form: Any, error: DomainError) -> HttpResponseBase:
        hit = _LINE_FIELD.match(error.field)
        if form is None or hit is None:
            return super().refused(form, error)  # type: ignore[misc]
        used = [index for index, _values in form.used_lines()]
        place, name = int(hit[1]), hit[2]
        if place >= len(used):
            return super().refused(form, error)  # type: ignore[misc]
        form.lines.forms[used[place]].add_error(name, str(error))
        return self.show(form, status=error.status, refusal=explained(error))  # type: ignore[attr-defined]

    def get_context(self) -> dict[str, Any]:
        return {"base_currency": settings.BASE_CURRENCY}


class OrderFirst(OrderWriting, RecordCreateView):
    title = _("New order")

    def get_initial(self) -> dict[str, Any]:
        return {"order_date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, form: Any, *, actor: Any, at: Any) -> Order:
        return services.create_order(actor=actor, data=form.order_input(), lines=form.line_inputs(), at=at)


class OrderCreate(FromDeal, OrderFirst):
    """``?deal=5``: with customer and products of the deal; the deal names the order afterwards."""

    def from_deal(self, deal: Opportunity) -> dict[str, Any]:
        return {"customer": deal.customer_id, "currency": deal.currency_id, "deal": deal}


class OrderUpdate(OrderWriting, RecordUpdateView):
    def base_queryset(self) -> QuerySet:
        return Order.objects.select_related("customer")

    def prepare(self) -> None:
        super().prepare()
        if self.object.state != OrderState.DRAFT:
            raise Conflict(
                _("Only a draft can be changed."),
                way_out=_("Return the order to draft first."),
            )

    def perform(self, form: Any, *, actor: Any, at: Any) -> Order:
        return services.update_order(
            actor=actor,
            order=self.object,
            version=self.object.version,
            data=form.order_input(),
            lines=form.line_inputs(),
            at=at,
        )


class OrderPreview(HouseView):
    """Amounts of an order being typed, computed as the service will; nothing is stored."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        if not can(request.user, "add", Order):
            return JsonResponse({}, status=403)
        form = OrderForm(request.POST, user=request.user)
        form.is_valid()
        head = getattr(form, "cleaned_data", {})
        customer = head.get("customer")
        currency = head.get("currency") or (customer.currency if customer else None)
        code = currency.code if currency else settings.BASE_CURRENCY
        day = head.get("order_date") or timezone.localdate(self.at)
        lines, priced = {}, []
        used = list(form.used_lines())
        prices = prices_left_open((values for _index, values in used), currency=code, on=day)
        for index, values in used:
            entry = line_input({"quantity": Decimal(0), **values}, customer=customer, prices=prices)
            if not entry.price.is_finite():
                continue
            amounts = price_line(
                quantity=entry.quantity,
                price=entry.price,
                discount=entry.discount,
                tax_rate=entry.tax_rate,
                rate=Decimal(1),
                places=min(currency.decimals, 2) if currency else 2,
            )
            priced.append(amounts)
            lines[index] = {
                "net": shown(amounts.net, code),
                "tax": shown(amounts.tax, code),
                "price": plain(entry.price),
                "tax_rate": plain(entry.tax_rate * 100),
                "unit": values["product"].unit,
            }
        totals = total_lines(priced, freight=head.get("freight") or ZERO, rate=Decimal(1))
        answer = {name: shown(getattr(totals, name), code) for name in ("net", "tax", "freight", "total")}
        return JsonResponse({"lines": lines, "totals": answer, "currency": code})


def shown(amount: Decimal, currency: str) -> str:
    """An amount as the person's language writes it."""
    return number_format(amount, shown_places(amount, currency), force_grouping=True)


class OrderDetail(RecordDetailView):
    model, template_name = Order, "orders/order_detail.html"

    def base_queryset(self) -> QuerySet:
        return Order.objects.select_related(
            "customer", "owner", "team", "contract", "payment_term", "tax_profile",
            "arrangement__to_team", "arrangement__asked_by", "arrangement__owner", "waits_by",
        )  # fmt: skip

    def get_subtitle(self, obj: Order) -> str:
        return str(obj.customer)

    def facts(self, obj: Order) -> list[tuple[Any, Any]]:
        return [
            (_("Customer"), link(obj.customer)),
            (_("Total"), money(obj.total, obj.currency_id)),
            (_("In base currency"), money(obj.base_total) if obj.base_rate != 1 else ""),
            (_("Contract"), link(obj.contract) if obj.contract else ""),
            (_("Customer's order number"), obj.customer_po),
            (_("Payment terms"), obj.payment_term),
            (_("Region"), obj.region),
            (_("Ship to"), obj.ship_to),
            (_("Invoice title"), obj.tax_profile),
            (_("Shipped by"), obj.ship_method),
            (_("Owner"), person(obj.owner)),
            (_("Team"), obj.team),
            (_("Why cancelled"), obj.cancel_reason),
            (_("Remarks"), obj.remarks),
        ]

    def acts(self, obj: Order) -> list[Act]:
        def act(label: Any, page: str, verb: str, **more: Any) -> Act:
            return Act(label, reverse(f"orders:order_{page}", args=[obj.pk]), verb, **more)

        cancel = act(_("Cancel order"), "cancel", "cancel", danger=True)
        rests = self.rests(obj)
        waits = needs_approval(obj, at=self.at)
        ask = Act(
            _("Ask for approval"),
            reverse("approvals:approvalrequest_ask", args=[ORDER_APPROVAL, obj.pk]),
            "submit",
        )
        differ = act(_("Ask about the differences"), "differences", "ask_differences")
        by_state = {
            OrderState.DRAFT: [
                act(_("Submit"), "submit", "submit", primary=True),
                act(_("Edit"), "edit", "edit"),
                cancel,
            ],
            OrderState.SUBMITTED: [
                act(_("Confirm"), "confirm", "confirm", primary=self.may_confirm(obj)),
                *([act(OrderWait.label_for(obj), "wait", "confirm")] if rests else []),
                *([ask] if waits else []),
                *([differ] if self.has_unasked(obj) else []),
                act(_("Return to draft"), "return", "return_to_draft"),
                cancel,
            ],
            OrderState.CONFIRMED: [
                act(_("Ship"), "ship", "ship", primary=True),
                *([act(OrderWait.label_for(obj), "wait", "ship")] if rests else []),
                *([] if self.of_warehouse() else [act(_("Arrange the shipment"), "arrange", "ship")]),
                cancel,
            ],
            OrderState.SHIPPED: [act(_("Record a return"), "record_return", "record_return")],
        }
        return [*by_state.get(OrderState(obj.state), []), act(_("Print"), "print", "print")]

    def rests(self, obj: Order) -> bool:
        """Does it go on by itself, or could it be left waiting for what stops it?"""
        own = obj.state == OrderState.SUBMITTED and not self.may_confirm(obj)
        return obj.waits_by_id is not None or (not own and passing(self.answers(obj)))

    def answers(self, obj: Order) -> list[checks.CheckAnswer]:
        """What speaks against its next step, asked once a page."""
        if not hasattr(self, "_answers"):
            stage = STAGES.get(OrderState(obj.state))
            self._answers = checks.ask(obj, stage, at=timezone.now()) if stage else []
        return self._answers

    def of_warehouse(self) -> bool:
        """Who works in the unit that would be asked asks nobody; it ships."""
        today = timezone.localdate(self.at)
        own = team_on(self.request.user, today)
        return own is not None and own == warehouse(on=today)

    def has_unasked(self, obj: Order) -> bool:
        submitted = obj.state == OrderState.SUBMITTED and obj.contract_id is not None
        return submitted and bool(unasked(obj, on=timezone.localdate(self.at)))

    def may_confirm(self, obj: Order) -> bool:
        return self.request.user.pk not in (obj.owner_id, obj.submitted_by_id)

    def get_context(self, obj: Order) -> dict[str, Any]:
        return {"order_lines": lines_of(obj), "answers": self.answers(obj)}
