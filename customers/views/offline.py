"""Visits written without network: the page that is put aside, and the door that takes what was kept (VIS-01)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from customers.forms.offline import OfflineVisitForm, key_of
from customers.forms.visits import LogPlannedVisitForm, LogVisitForm
from customers.models import Customer, Visit
from customers.selectors import had_lately
from customers.services.reports import report_visit
from salesops.core.errors import DomainError, NotAllowed
from salesops.core.policies import can
from salesops.ui.views import PageView
from salesops.ui.views.base import HouseView

KEPT_HERE = gettext_lazy("The record stays on this device; give its words to who has the customer now.")
WORKER = Path(settings.BASE_DIR) / "static" / "js" / "visit-worker.js"


class VisitWorker(View):
    """The script that answers in place of pages without network; it holds nothing of anybody."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        answer = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
        answer["Service-Worker-Allowed"] = "/"
        return answer


class VisitOffline(PageView):
    """The form that works without network; lists what is kept on the device."""

    template_name = "customers/visit_offline.html"
    title = gettext_lazy("Visits without network")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can(request.user, "add", Visit):
            raise NotAllowed(_("Your role has no visits."))
        return super().get(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        return {"form": OfflineVisitForm(user=self.request.user, at=self.at)}


class VisitSend(HouseView):
    """Takes a kept visit; sent twice it is one. Answers JSON: where it is, or what is wrong with it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> JsonResponse:
        if not can(request.user, "add", Visit):
            raise NotAllowed(_("Your role has no visits."))
        try:
            form, more = self.form()
            if not form.is_valid():
                return self.wrong(form)
            visit = report_visit(actor=request.user, at=self.at, **form.values(), **more)
        except DomainError as error:
            return JsonResponse({"message": str(error)}, status=error.status)
        return JsonResponse({"url": visit.get_absolute_url(), "number": visit.number})

    def form(self) -> tuple[Any, dict[str, Any]]:
        """The form for whom the visit is: a planned visit, a given customer, or one chosen in it."""
        user, data, files = self.request.user, self.request.POST.copy(), self.request.FILES
        data.setdefault("owner", str(user.pk))
        kind, key = key_of(data.get("whom", ""))
        if kind == "v":
            visit = Visit.objects.filter(pk=key).select_related("customer").first()
            if visit is not None and can(user, "log", visit):
                return LogPlannedVisitForm(data, files, user=user, visit=visit, at=self.at), {"visit": visit}
            if visit is None or not had_lately(user, visit.customer, at=self.at):
                raise NotAllowed(_("This visit is not yours any more."), way_out=KEPT_HERE)
            kind, key = "c", visit.customer_id
            reason = _("Planned as %(number)s, which was handed over meanwhile.") % {"number": visit.number}
            data["unplanned_reason"] = data.get("unplanned_reason") or reason
        customer = None
        if kind == "c":
            customer = self.customer_of(key)
        return LogVisitForm(data, files, user=user, customer=customer, at=self.at), {}

    def customer_of(self, key: int) -> Customer:
        """Whom the record names: the file that was kept of merged ones; one handed over meanwhile for who had it."""
        found = Customer.objects.filter(pk=key).select_related("merged_into").first()
        found = found.merged_into or found if found is not None else None
        if found is None or not (
            can(self.request.user, "log_visit", found) or had_lately(self.request.user, found, at=self.at)
        ):
            raise NotAllowed(_("This customer is not yours any more."), way_out=KEPT_HERE)
        return found

    def wrong(self, form: Any) -> JsonResponse:
        said = [
            f"{form.fields[name].label}: {' '.join(map(str, errors))}"
            if name in form.fields
            else str(errors[0])
            for name, errors in form.errors.items()
        ]
        return JsonResponse({"message": " ".join(said), "errors": form.errors}, status=422)
