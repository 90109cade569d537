"""Pages of credit holds."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables import services
from receivables.choices import HoldState
from receivables.filters import HoldFilter
from receivables.forms import HoldForm
from receivables.holding import source_label
from receivables.models import CreditHold
from receivables.services.holds import KEY
from receivables.tables import HoldTable, hold_pill
from salesops.approvals.selectors import open_request
from salesops.ui.templatetags.ui import exact, link, person
from salesops.ui.views import Act, RecordCreateView, RecordDetailView, RecordListView


class HoldList(RecordListView):
    model, table_class, filterset_class = CreditHold, HoldTable, HoldFilter
    add_url_name = "receivables:credithold_create"
    add_label = _("Put on hold")
    default_sort = "-from_date"
    empty_title = _("Nobody is on hold")
    empty_text = _(
        "Customers whose orders or shipments are stopped stand here, with the reason and who lifted it."
    )

    def base_queryset(self) -> QuerySet:
        return CreditHold.objects.select_related("customer", "created_by", "lifted_by")


class HoldDetail(RecordDetailView):
    model = CreditHold
    state_field = ""

    def base_queryset(self) -> QuerySet:
        return CreditHold.objects.select_related("customer", "created_by", "lifted_by")

    def get_title(self, obj: CreditHold) -> Any:
        return _("Hold on %(customer)s") % {"customer": obj.customer}

    def get_context(self, obj: CreditHold) -> dict[str, Any]:
        return {"state": hold_pill(obj)}

    def facts(self, obj: CreditHold) -> list[tuple[Any, Any]]:
        return [
            (_("Customer"), link(obj.customer)),
            (_("Stops"), obj.get_scope_display()),
            (_("Reason"), obj.words),
            (_("From"), exact(obj.from_date)),
            (_("Until"), exact(obj.until) if obj.until else ""),
            (_("Source"), source_label(obj)),
            (_("Placed by"), person(obj.created_by) if obj.created_by else ""),
            (_("Lifted on"), exact(obj.lifted_at) if obj.lifted_at else ""),
            (_("Lifted by"), person(obj.lifted_by) if obj.lifted_by else ""),
            (_("Why it was lifted"), obj.lift_words),
        ]

    def acts(self, obj: CreditHold) -> list[Act]:
        stands = obj.state_on(timezone.localdate(self.at)) == HoldState.STANDS
        if not stands or open_request(obj, KEY) is not None:
            return []
        url = reverse("approvals:approvalrequest_ask", args=[KEY, obj.pk])
        return [Act(_("Request that it is lifted"), url, "ask_lift", primary=True)]


class HoldCreate(RecordCreateView):
    asks_again = True
    model, form_class = CreditHold, HoldForm
    title = submit_label = _("Put on hold")
    explain = _(
        "From now on the customer's new orders, shipments or both are refused; whoever has the customer is told."
    )

    def perform(self, form: Any, *, actor: Any, at: Any) -> CreditHold:
        return services.place_hold(actor=actor, at=at, **form.cleaned_data)
