"""The public pool: list, taking, rules with their trial, moves, report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers import services
from customers.filters.pool import PoolFilter, PoolMoveFilter
from customers.forms.pool import PoolRuleForm
from customers.forms.sharing import ReasonForm
from customers.models import Customer, PoolCustomer, PoolMove, PoolRule
from customers.pooling import candidates
from customers.selectors import with_last_contact
from customers.selectors.pool import AHEAD, SPAN, friend_lines, going, people_lines
from customers.tables.pool import PoolMoveTable, PoolRuleTable, PoolTable
from salesops.core.errors import NotAllowed
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.ui.marks import exact_date
from salesops.ui.views import (
    Act,
    ActionView,
    PageView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)

SHOWN = 100


class PoolList(RecordListView):
    model = PoolCustomer
    table_class = PoolTable
    filterset_class = PoolFilter
    title = _("Public pool")
    default_sort = "-pool_since"
    empty_title = _("The pool is empty.")
    empty_text = _(
        "Customers come here when nothing happens to them for the days of a rule, or are given up."
    )

    def base_queryset(self) -> Any:
        return with_last_contact(PoolCustomer.objects.all())


class PoolCustomerPage(RecordDetailView):
    """What one knows before taking it."""

    model = PoolCustomer
    state_field = "customer_class"

    def base_queryset(self) -> Any:
        return with_last_contact(PoolCustomer.objects.all())

    def get_title(self, obj: Any) -> Any:
        return obj.name

    def facts(self, obj: Any) -> list[tuple[Any, Any]]:
        last = obj.pool_moves.exclude(kind="claimed").select_related("rule").order_by("-pk").first()
        return [
            (_("In the pool since"), exact_date(obj.pool_since)),
            (_("Why"), str(last.rule or last.reason) if last else ""),
            (_("Industry"), obj.industry),
            (_("Region"), " · ".join(part for part in (obj.region, obj.country) if part)),
            (_("Last contact"), exact_date(obj.last_contact) if obj.last_contact else _("none yet")),
        ]

    def acts(self, obj: Any) -> list[Act]:
        url = reverse("customers:poolcustomer_claim", args=[obj.pk])
        return [Act(_("Take from the pool"), url, "claim", primary=True)]


class PoolClaim(ActionView):
    model = PoolCustomer
    verb = "claim"
    title = _("Take from the pool")

    def get_explain(self, obj: Any) -> Any:
        today = timezone.localdate(self.at)
        return _(
            "%(customer)s is yours from today and protected for %(days)s days. You may take %(quota)s customers a day."
        ) % {
            "customer": obj.name,
            "days": rule("customers.protection_days", on=today),
            "quota": rule("customers.pool_quota", on=today),
        }

    def perform(self, obj: Any, form: Any, *, actor: Any, at: Any) -> Customer:
        return services.claim(actor=actor, at=at, customer=obj).customer

    def get_success_url(self, obj: Any) -> str:
        return reverse("customers:customer_detail", args=[self.object.pk])


class CustomerRelease(ActionView):
    model = Customer
    check_version = True
    verb = "release"
    danger = True
    form_class = ReasonForm
    title = _("Give up to the pool")
    explain = _(
        "From now on everybody of the sales line can take this customer. Planned visits are called off."
    )

    def get_explain(self, obj: Any) -> Any:
        return self.explain

    def perform(self, obj: Customer, form: Any, *, actor: Any, at: Any) -> Customer:
        services.release(actor=actor, at=at, customer=obj, reason=form.cleaned_data["reason"])
        messages.success(self.request, _("%(customer)s is in the public pool.") % {"customer": obj})
        return obj

    def get_success_url(self, obj: Any) -> str:
        return reverse("customers:poolcustomer_list")


class PoolRuleList(RecordListView):
    model = PoolRule
    table_class = PoolRuleTable
    default_sort = "-from_date"
    add_url_name = "customers:poolrule_create"
    add_label = _("New rule of the pool")
    empty_title = _("No rule yet: no customer goes to the pool by itself.")


class PoolRulePage(RecordDetailView):
    model = PoolRule
    state_field = ""

    def facts(self, obj: PoolRule) -> list[tuple[Any, Any]]:
        yes = {True: _("yes"), False: _("no")}
        return [
            (_("Cause"), obj.get_cause_display()),
            (_("Days"), obj.days),
            (_("Class"), obj.get_customer_class_display() or _("Every class")),
            (_("Days of warning ahead"), obj.warn_days),
            (_("Spare customers with open business"), yes[obj.spares_open]),
            (_("Spare customers who have ever bought"), yes[obj.spares_buyers]),
            (_("From"), exact_date(obj.from_date)),
            (_("To (last day)"), exact_date(obj.to_date) if obj.to_date else ""),
        ]

    def acts(self, obj: PoolRule) -> list[Act]:
        if obj.to_date is not None and obj.to_date < timezone.localdate(self.at):
            return []
        return [
            Act(_("Edit"), reverse("customers:poolrule_edit", args=[obj.pk]), "edit", primary=True),
            Act(_("End this rule"), reverse("customers:poolrule_end", args=[obj.pk]), "edit", danger=True),
        ]


class Trying:
    """A rule can be tried: who would go, and why, before anything is saved."""

    template_name = "customers/pool_rule_form.html"
    found: Any = None

    def post(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "try" not in request.POST:
            return super().post(request, *args, **kwargs)  # type: ignore[misc]
        self.prepare()
        form = self.get_form(request.POST)
        if form.is_valid():
            day = max(form.cleaned_data["from_date"], timezone.localdate(self.at))
            self.found = list(candidates([PoolRule(**form.cleaned_data)], on=day))
        return self.show(form)

    def get_context(self: Any) -> dict[str, Any]:
        if self.found is None:
            return {}
        return {"found": self.found[:SHOWN], "count": len(self.found), "tried": True}


class PoolRuleCreate(Trying, RecordCreateView):
    model = PoolRule
    form_class = PoolRuleForm
    title = _("New rule of the pool")

    def perform(self, form: Any, *, actor: Any, at: Any) -> PoolRule:
        return services.save_rule(actor=actor, at=at, **form.cleaned_data)


class PoolRuleEdit(Trying, RecordUpdateView):
    """A rule in force is ended the day before and followed by the new one."""

    model = PoolRule
    form_class = PoolRuleForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "pool_rule": self.object}

    def perform(self, form: Any, *, actor: Any, at: Any) -> PoolRule:
        return services.save_rule(actor=actor, at=at, pool_rule=self.object, **form.cleaned_data)


class PoolRuleEnd(ActionView):
    model = PoolRule
    check_version = True
    verb = "edit"
    danger = True
    title = _("End this rule")

    def perform(self, obj: PoolRule, form: Any, *, actor: Any, at: Any) -> PoolRule:
        return services.end_rule(actor=actor, at=at, pool_rule=obj)


class PoolMoveList(RecordListView):
    model = PoolMove
    table_class = PoolMoveTable
    filterset_class = PoolMoveFilter
    default_sort = "-date"
    empty_title = _("Nothing went in or out yet.")

    def base_queryset(self) -> Any:
        return PoolMove.objects.select_related("customer", "owner", "former", "rule")


class PoolReport(PageView):
    """Who goes next and why, who took how many from whom."""

    template_name = "customers/pool_report.html"
    title = _("Report on the pool")

    def get_context(self) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate(self.at)
        if not can(user, "report", PoolMove):
            raise NotAllowed(_("This page belongs to another role."))
        coming = going(user, on=today)
        since = (today - timedelta(days=SPAN - 1)).isoformat()
        return {
            "coming": coming[:SHOWN],
            "coming_count": len(coming),
            "days": AHEAD,
            "people": people_lines(user, on=today),
            "friends": friend_lines(user, on=today),
            "least": rule("customers.pool_friend_claims", on=today),
            "cap": rule("customers.pool_holding_cap", on=today),
            "pool_url": reverse("customers:poolcustomer_list"),
            "in_pool": PoolCustomer.objects.visible_to(user).count(),
            "moves_url": f"{reverse('customers:poolmove_list')}?date_after={since}&date_before={today.isoformat()}",
        }
