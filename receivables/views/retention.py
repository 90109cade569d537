"""Pages of retention: the list with the days to the release, holding back, releasing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from receivables import services
from receivables.filters.retention import RetentionFilter
from receivables.forms.retention import HoldBackForm, ReleaseForm
from receivables.models import PostingEntry, Receivable, RetentionRelease
from receivables.tables.retention import RetentionTable, with_kept
from receivables.views.given_up import WAITS
from salesops.ui.links import record_url
from salesops.ui.marks import amount_of, exact_date
from salesops.ui.views import Act, ActionView, RecordListView


class RetentionList(RecordListView):
    """What is held back, the next to end first."""

    model, table_class, filterset_class = Receivable, RetentionTable, RetentionFilter
    title = pgettext_lazy("list of receivables", "Retentions")
    totals = {"outstanding_base": _("Outstanding in base currency")}
    add_url_name = ""
    default_sort = "retention_until"
    empty_title = _("Nothing is held back here")
    empty_text = _(
        "Rows of payment plans that wait for the end of the warranty stand here after acceptance; of any other open "
        "item a part is held back on its page."
    )

    def base_queryset(self) -> QuerySet:
        rows = Receivable.objects.filter(retention_until__isnull=False)
        return with_kept(rows.select_related("customer", "owner", "contract", "retention_of"))


class OfItem(ActionView):
    """An act on an item: whose it is, what is open of it, and when that is due."""

    def get_explain(self, obj: Receivable) -> Any:
        figures = _("%(customer)s owes %(amount)s of it, due on %(due)s.") % {
            "customer": obj.customer,
            "amount": amount_of(obj.outstanding, obj.currency_id),
            "due": exact_date(obj.due_date),
        }
        return f"{figures} {self.explain}"


class HoldBack(OfItem):
    asks_again = True
    model, verb, form_class = Receivable, "settle", HoldBackForm
    title = _("Hold back a part")
    explain = _(
        "The part becomes an item of its own that is due when the warranty is over; nothing of it is overdue before. "
        "What the customer owes stays the same."
    )

    def base_queryset(self) -> QuerySet:
        return Receivable.objects.select_related("customer", "currency")

    def perform(self, obj: Receivable, form: Any, *, actor: Any, at: Any) -> Receivable:
        new = services.NewRetention(obj, **form.cleaned_data)
        return services.hold_back(actor=actor, retention=new, at=at)

    def get_success_url(self, obj: Any) -> str:
        return record_url(obj)


class Release(OfItem):
    asks_again = True
    model, verb, form_class = Receivable, "settle", ReleaseForm
    title = _("Release the retention")
    explain = _("It is due from the day that you enter, and is reminded and collected like any other item.")

    def base_queryset(self) -> QuerySet:
        return Receivable.objects.select_related("customer", "currency")

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate(self.at)
        return {"due_date": max(today, min(self.object.due_date, today)), **super().get_initial()}

    def perform(self, obj: Receivable, form: Any, *, actor: Any, at: Any) -> RetentionRelease | PostingEntry:
        new = services.NewRelease(obj, **form.cleaned_data)
        done = services.release_or_enter(actor=actor, release=new, at=at)
        if isinstance(done, PostingEntry):
            messages.info(self.request, WAITS)
        return done

    def get_success_url(self, obj: Any) -> str:
        return record_url(obj if isinstance(obj, PostingEntry) else self.object)


def retention_acts(item: Receivable) -> list[Act]:
    """What may be done about retention on the page of an open item."""
    if not item.outstanding:
        return []
    if item.retention_until is None:
        url = reverse("receivables:receivable_hold_back", args=[item.pk])
        return [Act(_("Hold back a part"), url, "settle")]
    if hasattr(item, "release"):
        return []
    words = gettext("Kept of the retention")
    typed = {"customer": item.customer_id, "receivable": item.pk, "amount": item.outstanding, "reason": words}
    kept = f"{reverse('receivables:creditnote_create')}?{urlencode(typed)}"
    url = reverse("receivables:receivable_release", args=[item.pk])
    return [
        Act(_("Release the retention"), url, "settle"),
        Act(_("The customer keeps a part"), kept, "settle"),
    ]
