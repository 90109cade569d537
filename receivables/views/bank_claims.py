"""Claims to money that nobody recognised: made from a line, decided by finance."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.choices.bank import ClaimState
from receivables.filters.bank import BankClaimFilter
from receivables.forms import ReasonForm
from receivables.forms.bank import ClaimForm
from receivables.models import BankClaim, BankLine
from receivables.services import bank_claims as services
from receivables.tables.bank import BankClaimTable
from salesops.ui.links import record_url
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import Act, ActionView, RecordDetailView, RecordListView


class LineClaim(ActionView):
    """A representative says whose money it is."""

    model, verb, form_class = BankLine, "claim", ClaimForm
    title = submit_label = _("Claim for my customer")
    explain = _(
        "Nothing is booked yet: finance looks at your claim and decides. You are told what became of it."
    )

    def perform(self, obj: BankLine, form: Any, *, actor: Any, at: Any) -> BankClaim:
        return services.claim_line(actor=actor, line=obj, at=at, **form.cleaned_data)

    def get_success_url(self, obj: Any) -> str:
        return record_url(obj) or reverse("receivables:bankclaim_list")


class ClaimList(RecordListView):
    model, table_class, filterset_class = BankClaim, BankClaimTable, BankClaimFilter
    default_sort = "-claimed_on"
    empty_title = _("No claims")
    empty_text = _("Money that nobody recognised is claimed from its line.")

    def base_queryset(self) -> QuerySet:
        return BankClaim.objects.select_related("customer", "line", "owner")


class ClaimPage(RecordDetailView):
    model = BankClaim

    def base_queryset(self) -> QuerySet:
        return BankClaim.objects.select_related("customer", "line", "owner", "decided_by")

    def facts(self, obj: BankClaim) -> list[tuple[Any, Any]]:
        days = (timezone.localdate() - obj.claimed_on).days
        return [
            (_("Customer"), link(obj.customer)),
            (_("Amount"), money(obj.line.amount, obj.line.currency_id)),
            (_("Line of the bank"), link(obj.line, exact(obj.line.date))),
            (_("Other side"), obj.line.payer or obj.line.text),
            (_("What it is for"), obj.purpose),
            (_("Claimed by"), person(obj.owner)),
            (_("Claimed on"), exact(obj.claimed_on)),
            (_("Waits for days"), days if obj.state == ClaimState.OPEN else ""),
            (_("Decided by"), person(obj.decided_by) if obj.decided_by else ""),
            (_("Reason"), obj.reason),
        ]

    def acts(self, obj: BankClaim) -> list[Act]:
        if obj.state != ClaimState.OPEN:
            return []
        book = reverse("receivables:bankline_book", args=[obj.line_id])
        return [
            Act(
                _("Book for this customer"),
                f"{book}?customer={obj.customer_id}&claim={obj.pk}",
                "decide",
                primary=True,
            ),
            Act(_("Refuse"), reverse("receivables:bankclaim_refuse", args=[obj.pk]), "decide", danger=True),
            Act(_("Withdraw"), reverse("receivables:bankclaim_withdraw", args=[obj.pk]), "withdraw"),
        ]


class ClaimRefuse(ActionView):
    model, verb, form_class, danger = BankClaim, "decide", ReasonForm, True
    title = submit_label = _("Refuse the claim")
    explain = _("Whoever claimed the money is told, with your reason.")

    def base_queryset(self) -> QuerySet:
        return BankClaim.objects.select_related("customer", "line")

    def perform(self, obj: BankClaim, form: Any, *, actor: Any, at: Any) -> BankClaim:
        return services.refuse_claim(actor=actor, claim=obj, at=at, **form.cleaned_data)


class ClaimWithdraw(ActionView):
    model, verb = BankClaim, "withdraw"
    title = submit_label = _("Withdraw the claim")
    explain = _("The money is shown to others again.")

    def base_queryset(self) -> QuerySet:
        return BankClaim.objects.select_related("customer", "line")

    def perform(self, obj: BankClaim, form: Any, *, actor: Any, at: Any) -> BankClaim:
        return services.withdraw_claim(actor=actor, claim=obj, at=at)
