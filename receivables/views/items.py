"""Pages of receivables."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer
from receivables import services
from receivables.filters import ReceivableFilter
from receivables.forms import ReceivableForm
from receivables.models import Receivable
from receivables.selectors import covered_until, due_words
from receivables.tables import ReceivableTable, item_pill
from receivables.tables.mine import MyReceivableTable, with_next_steps
from receivables.views.retention import retention_acts
from salesops.core.policies import policy_of
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import Act, RecordCreateView, RecordDetailView, RecordListView


class ReceivableList(RecordListView):
    """Open items, unless one asks for the settled ones."""

    model, table_class, filterset_class = Receivable, ReceivableTable, ReceivableFilter
    title = _("Open items")
    totals = {"outstanding_base": _("Outstanding in base currency")}
    add_url_name = "receivables:receivable_create"
    add_label = _("New receivable")
    default_sort = "due_date"
    reads = (
        "number", "customer__name", "customer__short_name", "disputed", "issue_date", "due_date", "amount", "settled",
        "outstanding", "currency", "owner__name", "owner__username",
    )  # fmt: skip
    empty_title = _("Nothing is open here")
    empty_text = _("Shipped orders become receivables by themselves; others are entered or imported.")

    def base_queryset(self) -> QuerySet:
        return Receivable.objects.select_related("customer", "owner", "team", "order", "contract")


class MyReceivables(ReceivableList):
    """What customers of mine owe, the oldest first."""

    title = _("My receivables")
    add_url_name = ""
    empty_text = _("None of your customers owes anything.")

    table_class = MyReceivableTable

    def get_queryset(self) -> QuerySet:
        return with_next_steps(super().get_queryset().filter(policy_of(Receivable).own(self.request.user)))


class ReceivableDetail(RecordDetailView):
    model = Receivable
    state_field = ""

    def base_queryset(self) -> QuerySet:
        return Receivable.objects.select_related(
            "customer",
            "owner",
            "team",
            "order",
            "contract",
            "payment_term",
            "plan_row__payment_term",
            "currency",
            "retention_of",
            "release",
        )

    def get_subtitle(self, obj: Receivable) -> str:
        return str(obj.customer)

    def get_context(self, obj: Receivable) -> dict[str, Any]:
        return {"state": item_pill(obj)}

    def facts(self, obj: Receivable) -> list[tuple[Any, Any]]:
        days = obj.days_overdue(timezone.localdate(self.at))
        overdue = obj.outstanding and days > 0
        return [
            (_("Customer"), link(obj.customer)),
            (_("Outstanding"), money(obj.outstanding, obj.currency_id)),
            (_("Amount"), money(obj.amount, obj.currency_id)),
            (_("Settled"), money(obj.settled, obj.currency_id)),
            (_("In base currency"), money(obj.outstanding_base) if obj.base_rate != 1 else ""),
            (_("Issued on"), exact(obj.issue_date)),
            (_("Due on"), exact(obj.due_date)),
            (_("How the due date came about"), due_words(obj)),
            (_("Retention until"), obj.retention_until and exact(obj.retention_until)),
            (pgettext_lazy("of a retention", "Released on"), released_words(obj)),
            (_("Held back of"), link(obj.retention_of) if obj.retention_of else ""),
            (_("Covered by paper until"), covered_words(obj)),
            (_("Days overdue"), SafeString(f'<span class="bad">{days}</span>') if overdue else ""),
            (_("Payment terms"), str(obj.payment_term or "")),
            (_("Dispute"), obj.dispute_reason),
            (_("Order"), link(obj.order) if obj.order else ""),
            (_("Contract"), link(obj.contract) if obj.contract else ""),
            (_("Owner"), person(obj.owner)),
            (_("Team"), str(obj.team or "")),
            (_("Source"), obj.get_source_display()),
        ]

    def acts(self, obj: Receivable) -> list[Act]:
        acts = []
        if obj.outstanding:
            receipt = f"{reverse('receivables:receipt_create')}?customer={obj.customer_id}"
            credit = reverse("receivables:creditnote_create")
            acts += [
                Act(_("Record receipt"), receipt, "settle", primary=True),
                Act(
                    _("Credit note"),
                    f"{credit}?customer={obj.customer_id}&receivable={obj.pk}&amount={obj.outstanding}",
                    "settle",
                ),
                Act(_("Write off"), reverse("receivables:receivable_write_off", args=[obj.pk]), "settle"),
                *retention_acts(obj),
            ]
        if obj.disputed:
            acts.append(
                Act(_("Resolve dispute"), reverse("receivables:receivable_resolve", args=[obj.pk]), "resolve")
            )
        elif obj.outstanding:
            acts.append(
                Act(
                    _("Mark as disputed"), reverse("receivables:receivable_dispute", args=[obj.pk]), "dispute"
                )
            )
        return acts


def released_words(item: Receivable) -> Any:
    """When retention was released, and why."""
    found = getattr(item, "release", None)
    return format_html("{} · {}", exact(found.date), found.words) if found else ""


def covered_words(item: Receivable) -> Any:
    """What drafts and cheques that are held cover, and until when."""
    found = covered_until([item.pk]).get(item.pk)
    return format_html("{} · {}", exact(found[1]), money(found[0], item.currency_id)) if found else ""


class ReceivableCreate(RecordCreateView):
    asks_again = True
    model, form_class = Receivable, ReceivableForm
    title = _("New receivable")

    def get_initial(self) -> dict[str, Any]:
        return {"issue_date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, form: Any, *, actor: Any, at: Any) -> Receivable:
        data = form.cleaned_data
        customer: Customer = data["customer"]
        return services.create_receivable(
            actor=actor,
            receivable=services.NewReceivable(
                customer=customer,
                issue_date=data["issue_date"],
                amount=data["amount"],
                currency=data["currency"] or customer.currency,
                due_date=data["due_date"],
                payment_term=data["payment_term"],
                order=data["order"],
                contract=data["contract"],
                number=data["number"] or "",
            ),
            at=at,
        )
