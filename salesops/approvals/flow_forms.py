"""Forms of flows: versions, routes with conditions, steps with approvers, simulation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import User
from salesops.approvals.choices import (
    ORDERING,
    ApproverKind,
    OnMissing,
    Operator,
    Repeated,
    RoleScope,
    StepMode,
    TimeUnit,
)
from salesops.approvals.models import ApprovalFlow, FlowRoute, FlowStep, RouteCondition
from salesops.approvals.registry import DocumentType
from salesops.approvals.routing import number
from salesops.core.choices import Role
from salesops.handbook.registry import rules
from salesops.ui.forms import ActForm, line_formset

NO_NUMBER = _("This comparison needs a number, such as 50000 or 10%.")


def roles(empty: Any) -> list[tuple[str, Any]]:
    return [("", empty), *Role.choices]


class FlowForm(ActForm):
    from_date = forms.DateField(label=_("In force from"))
    repeated = forms.ChoiceField(label=_("Who has approved already"), choices=Repeated.choices)
    note = forms.CharField(label=_("What this version changes"), max_length=300, required=False)
    wide = ("note",)


class ConditionForm(ActForm):
    field = forms.ChoiceField(label=_("Fact"))
    operator = forms.ChoiceField(label=_("Comparison"), choices=[("", "–"), *Operator.choices])
    value = forms.CharField(label=_("Value"), max_length=200, required=False)
    rule = forms.ChoiceField(label=_("Or a rule of the handbook"), required=False)

    def __init__(self, *args: Any, kind: DocumentType | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = kind.labels if kind else {}
        self.fields["field"].choices = [
            ("", "–"),
            *((key, capfirst(str(label))) for key, label in labels.items()),
        ]
        numbers = ("money", "decimal", "fraction", "int", "text", "choice")
        self.fields["rule"].choices = [
            ("", "–"),
            *((p.key, f"{p.clause} {p.title}") for p in rules if p.kind in numbers),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        needs = data.get("operator") not in (Operator.YES, Operator.NO)
        value, key = data.get("value"), data.get("rule")
        if needs and not value and not key:
            self.add_error("value", _("Give a value or a rule."))
        elif data.get("operator") in ORDERING:
            if key and key in rules and rules[key].kind in ("text", "choice"):
                self.add_error("rule", _("This rule is no number, so nothing can be compared with it."))
            elif not key and number(value) is None:
                self.add_error("value", NO_NUMBER)
        return data


class RouteForm(ActForm):
    """The first route whose conditions all hold is taken; without conditions it always holds."""

    name = forms.CharField(label=_("Name"), max_length=120)
    position = forms.IntegerField(label=_("Position"), min_value=1, max_value=99)
    lines_title = _("Conditions, all of which must hold")
    lines_formset = line_formset(ConditionForm, minimum=0, maximum=12)

    def __init__(
        self, *args: Any, kind: DocumentType | None = None, route: FlowRoute | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.route = kind, route

    @property
    def lines(self) -> Any:
        if not hasattr(self, "_lines"):
            self._lines = self.lines_formset(
                data=self.data if self.is_bound else None,
                initial=self.lines_initial(),
                prefix="lines",
                form_kwargs={"user": self.user, "kind": self.kind},
            )
        return self._lines

    def lines_initial(self) -> list[dict[str, Any]]:
        return list(self.route.conditions.values("field", "operator", "value", "rule")) if self.route else []

    def condition_rows(self) -> list[dict[str, Any]]:
        return used(self.lines)


class ApproverForm(ActForm):
    kind = forms.ChoiceField(label=_("Who"), choices=[("", "–"), *ApproverKind.choices])
    role = forms.ChoiceField(label=_("Role"), choices=roles("–"), required=False)
    scope = forms.ChoiceField(label=_("Which holders"), choices=RoleScope.choices, initial=RoleScope.REACH)
    level = forms.IntegerField(label=_("Level"), min_value=1, max_value=9, initial=1)
    person = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name", "pk"), label=_("Person"), required=False
    )


class StepForm(ActForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    position = forms.IntegerField(label=_("Position"), min_value=1, max_value=99)
    mode = forms.ChoiceField(label=_("Signed by"), choices=StepMode.choices)
    remind_after = forms.IntegerField(label=_("Remind after"), min_value=0, max_value=2000, initial=8)
    deadline = forms.IntegerField(label=_("Deadline"), min_value=1, max_value=2000, initial=24)
    unit = forms.ChoiceField(label=_("Counted in"), choices=TimeUnit.choices)
    on_missing = forms.ChoiceField(label=_("When nobody can be asked"), choices=OnMissing.choices)
    fallback_role = forms.ChoiceField(label=_("Role asked instead"), choices=roles("–"), required=False)
    lines_title = _("Who signs")
    lines_formset = line_formset(ApproverForm, maximum=12)

    def __init__(self, *args: Any, step: FlowStep | None = None, **kwargs: Any) -> None:
        self.step = step
        super().__init__(*args, **kwargs)

    def lines_initial(self) -> list[dict[str, Any]]:
        return (
            list(self.step.approvers.values("kind", "role", "scope", "level", "person")) if self.step else []
        )

    def approver_rows(self) -> list[dict[str, Any]]:
        return used(self.lines)


def used(formset: Any) -> list[dict[str, Any]]:
    """Lines that say something and were not struck out."""
    rows = []
    for form in formset.forms:
        data = getattr(form, "cleaned_data", None) or {}
        if data and not data.get("DELETE"):
            rows.append({k: v for k, v in data.items() if k != "DELETE"})
    return rows


class SimulateForm(ActForm):
    """Facts to try a flow with."""

    applicant = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name", "pk"), label=_("Applicant")
    )

    def __init__(
        self,
        *args: Any,
        kind: DocumentType | None = None,
        flow: ApprovalFlow | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        ordered = RouteCondition.objects.filter(route__flow=flow, operator__in=ORDERING)
        self.numbers = {*ordered.values_list("field", flat=True), kind.amount if kind else ""}
        for key, label in (kind.labels if kind else {}).items():
            if key.endswith("_before"):
                continue
            self.fields[f"fact_{key}"] = forms.CharField(
                label=capfirst(str(label)), required=False, max_length=200
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for key in self.numbers:
            if data.get(f"fact_{key}") and number(data[f"fact_{key}"]) is None:
                self.add_error(f"fact_{key}", NO_NUMBER)
        return data

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {k.removeprefix("fact_"): v for k, v in data.items() if k.startswith("fact_") and v != ""}
