"""Pages of risk: the warning list, a warning, its answer, and the analysis with proposals for the manager."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from receivables.choices import GroupBy, RiskState
from receivables.filters import RiskFilter
from receivables.forms import RiskForm
from receivables.models import RiskWarning
from receivables.risks import risk_reasons
from receivables.selectors import ledger_figures
from receivables.selectors.rates import RatesQuery, disputed_left_out, rates_report
from receivables.services.risks import answer_risk
from receivables.tables import RiskTable
from salesops.calendar.selectors import next_workday
from salesops.core.errors import NotAllowed
from salesops.core.policies import can
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import Act, ActionView, PageView, RecordDetailView, RecordListView

MOST = 500


class RiskList(RecordListView):
    model, table_class, filterset_class = RiskWarning, RiskTable, RiskFilter
    default_sort = "-score"
    totals = {"outstanding": _("Outstanding in base currency")}
    empty_title = _("Nobody is likely to pay late")
    empty_text = _("Every night customers are looked through for signs that they will pay late.")

    def base_queryset(self) -> QuerySet:
        return RiskWarning.objects.select_related("customer__owner", "answered_by")


class RiskDetail(RecordDetailView):
    model = RiskWarning

    def base_queryset(self) -> QuerySet:
        return RiskWarning.objects.select_related("customer__owner", "answered_by")

    def get_title(self, obj: RiskWarning) -> Any:
        return _("Risk warning: %(customer)s") % {"customer": obj.customer}

    def facts(self, obj: RiskWarning) -> list[tuple[Any, Any]]:
        reasons = [
            (r.label, r.words(line["figures"]))
            for line in obj.reasons
            if (r := risk_reasons.get(line["code"]))
        ]
        actions = [(r.action,) for line in obj.reasons if (r := risk_reasons.get(line["code"]))]
        account = f"{obj.customer.get_absolute_url()}?panel=receivables.credit"
        return [
            (_("Customer"), link(obj.customer)),
            (_("Risk score"), obj.score),
            (_("Outstanding"), money(obj.outstanding, settings.BASE_CURRENCY)),
            (_("Warned since"), exact(obj.raised_date)),
            (_("Checked on"), exact(obj.checked_date)),
            (_("Reasons"), format_html_join(mark_safe("<br>"), "<strong>{}</strong>: {}", reasons)),
            (_("Suggested"), format_html_join(mark_safe("<br>"), "{}", actions)),
            (_("What is done"), obj.answer),
            (_("Proposal to the manager"), obj.proposal),
            (_("Answered by"), person(obj.answered_by) if obj.answered_by else ""),
            (_("Answered on"), exact(obj.answered_date) if obj.answered_date else ""),
            (_("Owner"), person(obj.customer.owner)),
            (_("Gone since"), exact(obj.gone_date) if obj.gone_date else ""),
            (
                _("Credit and items"),
                format_html_join("", '<a href="{}">{}</a>', [(account, obj.customer.code)]),
            ),
        ]

    def acts(self, obj: RiskWarning) -> list[Act]:
        if obj.state == RiskState.GONE:
            return []
        url = reverse("receivables:riskwarning_answer", args=[obj.pk])
        return [Act(_("Say what is done"), url, "answer", primary=True)]


class RiskAnswer(ActionView):
    model, verb, form_class = RiskWarning, "answer", RiskForm
    title = _("Say what is done")

    def base_queryset(self) -> QuerySet:
        return RiskWarning.objects.select_related("customer")

    def get_initial(self) -> dict[str, Any]:
        again = next_workday(timezone.localdate(self.at) + timedelta(days=7), including=True)
        return {"answer": self.object.answer, "proposal": self.object.proposal, "follow_up": again}

    def perform(self, obj: RiskWarning, form: Any, *, actor: Any, at: Any) -> RiskWarning:
        return answer_risk(actor=actor, warning=obj, at=at, **form.cleaned_data)


MONTHS = 6


class RiskReport(PageView):
    """Collection statistics and risk analysis with proposals, to be printed for the manager (REC-06)."""

    template_name, title = "receivables/risk_report.html", _("Risk analysis with proposals")

    def get_context(self) -> dict[str, Any]:
        user, on = self.request.user, timezone.localdate(self.at)
        if not can(user, "view", RiskWarning):
            raise NotAllowed(_("You may not see risk warnings."))
        rows = (
            RiskWarning.objects.visible_to(user)
            .filter(gone_date=None)
            .select_related("customer__owner", "answered_by")
        )
        warnings = list(rows.order_by("-score", "pk")[:MOST])
        by_reason = []
        for code, reason in risk_reasons.items():
            hit = [w for w in warnings if any(line["code"] == code for line in w.reasons)]
            if hit:
                by_reason.append((reason, len(hit), sum(w.outstanding for w in hit)))
        for warning in warnings:
            lines = [(risk_reasons.get(line["code"]), line["figures"]) for line in warning.reasons]
            warning.said = [(r.label, r.words(f), r.action) for r, f in lines if r is not None]
        answered = sum(1 for w in warnings if w.state == RiskState.ANSWERED)
        return {
            "months": self.months(user, on),
            "figures": ledger_figures(user, on=on),
            "warnings": warnings,
            "by_reason": by_reason,
            "answered": answered,
            "count": len(warnings),
            "outstanding": sum(w.outstanding for w in warnings),
            "today": on,
            "base": settings.BASE_CURRENCY,
        }

    def months(self, user: Any, on: Any) -> list[dict[str, Any]]:
        """What came in, what it was of what was to come, and what was overdue at the end: month by month."""
        query = RatesQuery(
            month=on.replace(day=1),
            months=MONTHS,
            by=GroupBy.NONE,
            user=user,
            without_disputed=disputed_left_out(on),
        )
        answer = rates_report(query)
        place = reverse("receivables:rates")
        return [
            {
                "label": f"{month:%Y-%m}",
                "url": f"{place}?month={month:%Y-%m}",
                **answer.amounts(month),
                **answer.rates(month),
            }
            for month in reversed(query.span)
        ]
