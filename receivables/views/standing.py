"""Why an order is stopped, and every override with its expiry."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from orders.choices import OrderState
from orders.models import Order
from orders.services.checks import CONFIRM, SHIP, ask
from orders.services.waiting import passing
from receivables.credit import GROUP
from receivables.credit import KEY as RELEASE
from receivables.filters import OverrideFilter
from receivables.selectors.exposure import SLACK, exposure_of
from receivables.selectors.groups import group_of
from receivables.services.holds import KEY as LIFT
from receivables.services.holds import kept
from receivables.standing import steps_of_release
from receivables.tables import OverrideTable
from salesops.approvals.choices import RequestState
from salesops.approvals.models import ApprovalRequest
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.ui.links import record_url
from salesops.ui.views import RecordListView
from salesops.ui.views.base import RecordView

MEMBERS = 20  # of a group, each with its part of the exposure


class WhyBlocked(RecordView):
    """What stands in the way of an order: the formula with this customer's figures, clause by clause, who can release
    it, and the button that asks them."""

    model = Order
    template_name, title = "receivables/why_blocked.html", _("What stands in the way of this order")

    def base_queryset(self) -> QuerySet:
        return Order.objects.select_related("customer", "customer__parent", "customer__merged_into", "owner")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self.get_object()
        customer = kept(order.customer)
        self.require("view_credit", customer)
        stage = {OrderState.SUBMITTED: CONFIRM, OrderState.CONFIRMED: SHIP}.get(order.state)
        answers = ask(order, stage, at=self.at) if stage else []
        exposure = exposure_of(customer, on=timezone.localdate(self.at), order=order.pk)
        context = {
            "title": self.title,
            "crumbs": [*self.list_crumb(), (order, record_url(order))],
            "view": self,
            "order": order,
            "customer": customer,
            "e": exposure,
            "slack": exposure.rules[SLACK],
            "answers": answers,
            "may_rest": passing(answers)
            and order.waits_by_id is None
            and can(request.user, str(stage), order),
            "stage": stage,
            "steps": steps_of_release(order, at=self.at) if stage else [],
            "base": settings.BASE_CURRENCY,
            "group": self.group(order, customer),
        }
        return render(request, self.template_name, context)

    def group(self, order: Order, customer: Customer) -> dict[str, Any] | None:
        """Where the limit of the group counts (clause R-111): what its members owe, whose part each is, and the limit."""
        today = timezone.localdate(self.at)
        top, family = group_of(customer)
        if len(family) < 2 or not rule(GROUP, on=today):
            return None
        whole = exposure_of(top, on=today, order=order.pk, family=family)
        kept_files = Customer.objects.filter(pk__in=family, merged_into=None).order_by("name", "pk")
        seen = list(kept_files.visible_to(self.request.user)[:MEMBERS])
        parts = [(member, exposure_of(member, on=today, order=order.pk)) for member in seen]
        rest = whole.total - sum(part.total for _member, part in parts)
        return {"top": top, "whole": whole, "parts": parts, "rest": rest}


class OverrideList(RecordListView):
    """Releases beyond the credit and lifted holds: who asked, why, up to which exposure, and until when."""

    model, table_class, filterset_class = ApprovalRequest, OverrideTable, OverrideFilter
    title = _("Releases of credit")
    default_sort = "-decided_at"
    empty_title = _("Nothing was released")
    empty_text = _("Every order released beyond the credit and every hold lifted by approval stands here.")

    def base_queryset(self) -> QuerySet:
        kinds = ApprovalRequest.objects.filter(document_type__in=(RELEASE, LIFT), state=RequestState.APPROVED)
        return kinds.select_related("applicant")
