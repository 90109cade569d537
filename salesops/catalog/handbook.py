"""The rules that the catalog obeys."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from salesops.handbook.registry import RuleParameter, register_rules

CHAPTER = _("Prices and payment terms")


def register() -> None:
    register_rules(
        RuleParameter(
            "catalog.monthly_settlement",
            "choice",
            "end_of_month",
            _("What “monthly settlement” means"),
            _(
                "“Monthly settlement N days” (月结) counts from: {value}. The due date is shown on every document."
            ),
            CHAPTER,
            "CAT-1",
            choices=(
                ("invoice", _("invoice date")),
                ("end_of_month", _("end of the invoice month")),
                ("start_of_next_month", _("first day of the next month")),
            ),
            source="REC-01",
        ),
        RuleParameter(
            "catalog.lcl_minimum",
            "decimal",
            "1",
            _("Smallest chargeable volume of a shared container"),
            _(
                "A shared container (LCL) is charged by cubic metres or tonnes, whichever is more, at least {value}."
            ),
            CHAPTER,
            "CAT-2",
            unit=_("m³ or t"),
            minimum="0",
            source="QUO-03",
        ),
        RuleParameter(
            "catalog.air_divisor",
            "int",
            6000,
            _("Volume weight of air freight"),
            _("Air freight is charged by gross weight or cm³ ÷ {value}, whichever is more."),
            CHAPTER,
            "CAT-3",
            unit=_("cm³ per kg"),
            minimum=1,
            source="QUO-03",
        ),
        RuleParameter(
            "catalog.express_divisor",
            "int",
            5000,
            _("Volume weight of courier parcels"),
            _("Courier parcels are charged by gross weight or cm³ ÷ {value}, whichever is more."),
            CHAPTER,
            "CAT-4",
            unit=_("cm³ per kg"),
            minimum=1,
            source="QUO-03",
        ),
        RuleParameter(
            "catalog.insurance_markup",
            "fraction",
            "0.10",
            _("Markup on the insured value"),
            _("A CIF price insures the invoice value plus {value}."),
            CHAPTER,
            "CAT-5",
            minimum="0",
            maximum="1",
            source="QUO-03",
        ),
        RuleParameter(
            "catalog.reps_see_cost",
            "bool",
            False,
            _("Sales representatives see cost and floor prices"),
            _("Cost and floor prices are shown to sales representatives: {value}."),
            CHAPTER,
            "CAT-6",
            source="QUO-02",
        ),
        binds=("rep", "assistant", "lead", "manager", "finance", "operations"),
    )
