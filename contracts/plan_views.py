"""Writing and changing a payment plan, and recording acceptance."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts import services
from contracts.models import Contract
from contracts.plan_forms import AcceptForm, PlanForm
from salesops.ui.marks import amount_of
from salesops.ui.views import ActionView


class ContractPlan(ActionView):
    model, verb, form_class = Contract, "plan", PlanForm
    title = _("Payment plan")
    submit_label = _("Save the plan")

    def get_explain(self, obj: Contract) -> Any:
        return _(
            "The rows come to %(amount)s. What is billed already stays; facts that happened already are billed at once."
        ) % {"amount": amount_of(obj.amount, obj.currency_id)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "contract": self.object}

    def perform(self, obj: Contract, form: Any, *, actor: Any, at: Any) -> Contract:
        services.write_plan(
            actor=actor,
            contract=obj,
            lines=form.plan_lines(),
            reason=form.cleaned_data.get("reason", ""),
            at=at,
        )
        return obj


class ContractAccept(ActionView):
    model, verb, form_class = Contract, "accept", AcceptForm
    title = _("Record acceptance")
    explain = _("The instalments that wait for acceptance are billed, and the warranty begins on that day.")

    def get_initial(self) -> dict[str, Any]:
        return {"date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, obj: Contract, form: Any, *, actor: Any, at: Any) -> Contract:
        services.accept_contract(actor=actor, contract=obj, at=at, **form.cleaned_data)
        return obj
