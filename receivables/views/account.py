"""The account of a customer on one page: what finance looks at while the customer is on the telephone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from receivables.models import Promise, Receipt, Receivable, Statement
from receivables.selectors.exposure import exposure_of
from receivables.selectors.statements import statement_of
from receivables.services.statements import may_ask
from receivables.views.ageing import shown_label
from salesops.core.errors import NotAllowed
from salesops.core.policies import can
from salesops.ui.links import record_url
from salesops.ui.views import PageView
from salesops.ui.views.base import RecordView

DAYS = 180
SHOWN = 100


class AccountPage(RecordView, PageView):
    """Balance run, ageing, credit, open items, promises, statements; each line leads to its document."""

    model, template_name = Customer, "receivables/account.html"

    def base_queryset(self) -> QuerySet:
        return Customer.objects.select_related("owner", "team")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.object = self.get_object()
        if not can(request.user, "view", Receivable):
            raise NotAllowed(_("Your role may not do this here."))
        return super().get(request, *args, **kwargs)

    def get_title(self) -> Any:
        return _("Account of %(customer)s") % {"customer": self.object}

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(str(self.object), record_url(self.object))]

    def get_context(self) -> dict[str, Any]:
        user, customer = self.request.user, self.object
        today = timezone.localdate(self.at)
        accounts = statement_of(customer, since=today - timedelta(days=DAYS), on=today, user=user)
        items = Receivable.objects.visible_to(user).open().filter(customer=customer).select_related("order")
        promises = Promise.objects.visible_to(user).filter(customer=customer).order_by("-due_date", "-pk")
        statements = Statement.objects.visible_to(user).filter(customer=customer).order_by("-until", "-pk")

        return {
            "object": customer,
            "today": today,
            "accounts": [
                (account, [(shown_label(n), v) for n, v in account.ages] if account.ages else [])
                for account in accounts
            ],
            "items": items.oldest_first()[:SHOWN],
            "promises": promises[:10],
            "statements": statements[:10],
            "exposure": exposure_of(customer, on=today),
            "base": settings.BASE_CURRENCY,
            "links": [
                (_("Bridge"), f"{reverse('receivables:bridge')}?customer={customer.pk}"),
                (_("Ageing"), f"{reverse('receivables:ageing')}?customer={customer.pk}"),
                (_("Cash forecast"), f"{reverse('receivables:forecast')}?customer={customer.pk}"),
                (_("Print"), reverse("documents:print", args=["receivables.statement", customer.pk])),
            ],
            "may_record": can(user, "add", Receipt),
            "may_ask": may_ask(user, customer),
        }
