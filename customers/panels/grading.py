"""Grades on the customer page, in the menu and among the works of leads; what this app itself grades by."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import GradingState
from customers.grading import GradeFact, grade_facts, potential, years
from customers.models import Customer, CustomerGrading, GradeModel
from salesops.audit import verbs
from salesops.core.policies import can
from salesops.core.questions import Question
from salesops.ui.registries import (
    MenuItem,
    Panel,
    WorkbenchCard,
    menu,
    panels,
    side_by_side,
    tones,
    workbench_cards,
)

_last = Question(
    lambda *, customer: (
        CustomerGrading.objects.filter(customer=customer)
        .exclude(state=GradingState.REPLACED)
        .select_related("decided_by")
        .order_by("-pk")[:10]
    )
)


def grades_of(request: Any, customer: Customer) -> dict[str, Any]:
    rows = _last(customer=customer.pk)
    return {"rows": rows, "edit": can(request.user, "edit", customer), "customer": customer}


def to_decide(request: Any) -> dict[str, Any] | None:
    """Computed grades that wait for this person."""
    if not can(request.user, "decide", CustomerGrading):
        return None
    waiting = CustomerGrading.objects.visible_to(request.user).filter(state=GradingState.PROPOSED).count()
    if not waiting:
        return None
    url = reverse("customers:customergrading_list")
    return {"lines": [{"text": _("Grades to decide about"), "value": waiting, "url": url}]}


def register() -> None:
    """Called when the app is ready."""
    menu.register(
        "customers.grades",
        MenuItem("customers", _("Grades"), "customers:customergrading_list", CustomerGrading, "view", (), 26),
    )
    menu.register(
        "customers.grade_models",
        MenuItem("customers", _("Scoring models"), "customers:grademodel_list", GradeModel, "view", (), 27),
    )
    side_by_side("customers.grades", "customers.grade_models")
    panels.register(
        "customers.grade",
        Panel(
            Customer,
            _("Grade and its history"),
            "customers/panel_grade.html",
            grades_of,
            order=65,
            later=True,
        ),
    )
    workbench_cards.register(
        "customers.grades",
        WorkbenchCard(_("Grades of customers"), "ui/card_counts.html", to_decide, order=65),
    )
    grade_facts.register(
        "customers.potential",
        GradeFact(_("Purchases possible in a year"), potential, money=True, order=30),
    )
    grade_facts.register(
        "customers.years", GradeFact(_("Years as a customer"), years, unit=_("years"), order=50)
    )
    tones.register(
        CustomerGrading,
        {
            GradingState.PROPOSED: "attention",
            GradingState.ACCEPTED: "good",
            GradingState.OVERRIDDEN: "info",
            GradingState.REPLACED: "plain",
        },
    )
    verbs.register(
        {
            "customers.grade_model_set": _("%(actor)s set the scoring model from %(from_date)s"),
            "customers.grade_computed": pgettext_lazy(
                "timeline", "%(actor)s had the grade computed anew: %(grade)s, %(score)s points"
            ),
            "customers.grade_accepted": _(
                "%(actor)s accepted grade %(new)s (%(score)s points), before: %(old)s"
            ),
            "customers.grade_overridden": _(
                "%(actor)s decided on grade %(new)s (%(score)s points), before: %(old)s. %(reason)s"
            ),
        }
    )
