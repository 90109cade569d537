"""Claims to customers of others."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from customers import services
from customers.filters.sharing import ClaimFilter
from customers.forms.sharing import ClaimForm
from customers.models import OwnershipClaim
from customers.services.claims import customer_of
from customers.tables.sharing import ClaimTable
from salesops.core.policies import can
from salesops.ui.marks import exact_date, person_mark
from salesops.ui.templatetags.ui import link
from salesops.ui.views import Act, ActionView, RecordCreateView, RecordDetailView, RecordListView


class ClaimList(RecordListView):
    model = OwnershipClaim
    table_class = ClaimTable
    filterset_class = ClaimFilter
    default_sort = "-claimed_on"
    empty_title = _("No claim yet.")
    empty_text = _("Who is told that a customer is on file already can claim it there.")

    def base_queryset(self) -> Any:
        return OwnershipClaim.objects.select_related("customer", "owner")


class ClaimPage(RecordDetailView):
    model = OwnershipClaim

    def base_queryset(self) -> Any:
        return OwnershipClaim.objects.select_related("customer__owner", "owner", "team")

    def facts(self, obj: OwnershipClaim) -> list[tuple[Any, Any]]:
        opened = can(self.request.user, "view", obj.customer)
        share = f"{obj.share * 100:.4g} %" if obj.share is not None else ""
        return [
            (_("Customer"), link(obj.customer, obj.customer.name) if opened else obj.customer.name),
            (_("Owner"), person_mark(obj.customer.owner)),
            (_("Claimed by"), person_mark(obj.owner)),
            (_("Wish"), obj.get_wish_display()),
            (_("Share"), share),
            (_("Reason"), obj.reason),
            (_("Claimed on"), exact_date(obj.claimed_on)),
            (_("Decided on"), exact_date(obj.decided_on) if obj.decided_on else ""),
        ]

    def acts(self, obj: OwnershipClaim) -> list[Act]:
        url = f"{obj.get_absolute_url()}withdraw/"
        return [Act(_("Take the claim back"), url, "withdraw")]


class ClaimCreate(RecordCreateView):
    """Claim the customer that the duplicate check has named by a token."""

    model = OwnershipClaim
    form_class = ClaimForm
    title = _("Claim this customer")
    explain = _(
        "The file belongs to somebody else. Say what you have done with this customer; the lead of both, or the manager, "
        "decides."
    )

    def prepare(self) -> None:
        super().prepare()
        token = self.request.POST.get("about") or self.request.GET.get("about", "")
        self.customer = customer_of(token, self.request.user)
        if token and self.customer is None:
            raise Http404

    def perform(self, form: Any, *, actor: Any, at: Any) -> OwnershipClaim:
        if self.customer is None:
            raise Http404
        return services.open_claim(actor=actor, at=at, customer=self.customer, **form.values())


class ClaimWithdraw(ActionView):
    model = OwnershipClaim
    verb = "withdraw"
    title = _("Take the claim back")

    def base_queryset(self) -> Any:
        return OwnershipClaim.objects.select_related("customer")

    def perform(self, obj: OwnershipClaim, form: Any, *, actor: Any, at: Any) -> OwnershipClaim:
        return services.withdraw_claim(actor=actor, at=at, claim=obj)
