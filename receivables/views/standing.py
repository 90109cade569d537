"""Why an order is stopped, and every override with its expiry."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.choices import OrderState
from orders.models import Order
from orders.services.checks import CONFIRM, SHIP, ask
from receivables.credit import KEY as RELEASE
from receivables.filters import OverrideFilter
from receivables.selectors.exposure import SLACK, exposure_of
from receivables.services.holds import KEY as LIFT
from receivables.services.holds import kept
from receivables.standing import steps_of_release
from receivables.tables import OverrideTable
from salesops.approvals.choices import RequestState
from salesops.approvals.models import ApprovalRequest
from salesops.ui.links import record_url
from salesops.ui.views import RecordListView
from salesops.ui.views.base import RecordView


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
        exposure = exposure_of(customer, on=timezone.localdate(self.at), order=order.pk)
        context = {
            "title": self.title,
            "crumbs": [*self.list_crumb(), (order, record_url(order))],
            "view": self,
            "order": order,
            "customer": customer,
            "e": exposure,
            "slack": exposure.rules[SLACK],
            "answers": ask(order, stage, at=self.at) if stage else [],
            "stage": stage,
            "steps": steps_of_release(order, at=self.at) if stage else [],
            "base": settings.BASE_CURRENCY,
        }
        return render(request, self.template_name, context)


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
