"""Pages of drafts and cheques."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables import services
from receivables.choices import PaperState
from receivables.filters import PaperFilter
from receivables.forms import DuePapersForm, HonourForm, PaperEndForm, PaperForm
from receivables.models import HeldPaper, ReceiptEntry
from receivables.tables import PaperTable
from receivables.views.money import AboutView
from salesops.core.errors import DomainError, NotAllowed
from salesops.core.policies import can
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import (
    Act,
    PageView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
)


class PaperList(RecordListView):
    model, table_class, filterset_class = HeldPaper, PaperTable, PaperFilter
    add_url_name = "receivables:heldpaper_create"
    add_label = _("Take in a draft or cheque")
    default_sort = "due_date"
    totals = {"base_amount": _("Total in base currency")}
    empty_title = _("No drafts or cheques yet")
    empty_text = _("What customers promise by paper stands here until the bank pays it.")

    def base_queryset(self) -> QuerySet:
        return HeldPaper.objects.select_related("customer", "owner", "team", "receipt")


class PaperDetail(RecordDetailView):
    model = HeldPaper

    def base_queryset(self) -> QuerySet:
        return HeldPaper.objects.select_related("customer", "owner", "team", "receipt", "entry", "created_by")

    def get_subtitle(self, obj: HeldPaper) -> str:
        return str(obj.customer)

    def facts(self, obj: HeldPaper) -> list[tuple[Any, Any]]:
        return [
            (_("Kind"), obj.get_kind_display()),
            (_("Customer"), link(obj.customer)),
            (_("Amount"), money(obj.amount, obj.currency_id)),
            (pgettext_lazy("of a draft or cheque", "Drawer"), obj.drawer),
            (pgettext_lazy("of a draft or cheque", "Bank"), obj.bank),
            (_("Received on"), exact(obj.received_date)),
            (_("Due on"), exact(obj.due_date)),
            (_("Ended on"), exact(obj.ended_date) if obj.ended_date else ""),
            (_("Reason"), obj.reason),
            (_("Receipt"), link(obj.receipt) if obj.receipt else ""),
            (_("Waits for a second person"), link(obj.entry) if obj.entry and not obj.receipt else ""),
            (_("Owner"), person(obj.owner)),
            (_("Entered by"), person(obj.created_by)),
        ]

    def acts(self, obj: HeldPaper) -> list[Act]:
        def act(name: str, label: Any, **more: Any) -> Act:
            return Act(label, reverse("receivables:heldpaper_end", args=[obj.pk, name]), "settle", **more)

        bounced = act("bounce", pgettext_lazy("a draft or cheque", "It bounced"), danger=True)
        if obj.state == PaperState.HONOURED:
            return [bounced]
        if obj.state != PaperState.HELD:
            return []
        acts = [bounced, act("return", _("Give it back"))]
        if obj.due_date <= timezone.localdate():
            acts.insert(0, act("honour", _("It was honoured"), primary=True))
        return acts


class PaperCreate(RecordCreateView):
    asks_again = True
    model, form_class, template_name = HeldPaper, PaperForm, "receivables/receipt_form.html"
    title = submit_label = _("Take in a draft or cheque")

    def get_initial(self) -> dict[str, Any]:
        return {"received_date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, form: Any, *, actor: Any, at: Any) -> HeldPaper:
        return services.take_paper(actor=actor, paper=form.paper(), allocations=form.allocations(), at=at)


EXPLAIN = {
    "honour": _("The receipt is posted with what the paper was meant for, as far as that is still open."),
    "bounce": _(
        "What it was meant for is no longer covered. Where it was honoured before, its receipt is reversed, and what "
        "that settled is open again with the old due dates."
    ),
    "return": _("What it was meant for is no longer covered."),
}
TITLES = {
    "honour": _("The paper was honoured"),
    "bounce": _("The paper bounced"),
    "return": _("Give the paper back"),
}


class PaperEnd(AboutView):
    """Honoured, bounced or given back."""

    asks_again = True
    model, verb = HeldPaper, "settle"

    def base_queryset(self) -> QuerySet:
        return HeldPaper.objects.select_related("customer", "receipt")

    def prepare(self) -> None:
        self.act = self.kwargs["act"]
        self.title, self.explain, self.danger = TITLES[self.act], EXPLAIN[self.act], self.act == "bounce"
        super().prepare()
        self.form_class = HonourForm if self.act == "honour" else PaperEndForm

    def get_initial(self) -> dict[str, Any]:
        return {"date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, obj: HeldPaper, form: Any, *, actor: Any, at: Any) -> HeldPaper:
        data = form.cleaned_data
        if self.act == "honour":
            done = services.honour_paper(actor=actor, paper=obj, date=data["date"], at=at)
            if isinstance(done, ReceiptEntry):
                messages.info(self.request, WAITS)
            return obj
        act = services.bounce_paper if self.act == "bounce" else services.give_paper_back
        return act(actor=actor, paper=obj, reason=data["reason"], date=data["date"], at=at)


WAITS = _("The receipt is above the limit: it is posted when a second person has accepted it.")


class DuePapers(PageView):
    """The papers that are due: a person marks those which the bank paid."""

    http_method_names = ["get", "post"]
    template_name, title = "receivables/due_papers.html", _("Drafts and cheques that are due")

    def rows(self) -> QuerySet:
        rows = HeldPaper.objects.visible_to(self.request.user).due(timezone.localdate(self.at))
        return rows.exclude(entry__state="entered").select_related("customer").order_by("due_date", "pk")

    def allowed(self) -> None:
        if not can(self.request.user, "add", HeldPaper):
            raise NotAllowed(_("Your role may not do this here."))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.allowed()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.allowed()
        chosen = DuePapersForm(request.POST, user=request.user).chosen()
        for paper in self.rows().filter(pk__in=chosen):
            try:
                with transaction.atomic():
                    services.honour_paper(actor=request.user, paper=paper, at=self.at)
                messages.success(request, _("%(number)s was honoured.") % {"number": paper.number})
            except DomainError as error:
                messages.error(request, f"{paper.number}: {error}")
        return redirect("receivables:heldpaper_due")

    def get_context(self) -> dict[str, Any]:
        return {"rows": list(self.rows()[:200])}
