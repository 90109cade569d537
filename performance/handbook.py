"""Rules of measuring: what counts as a sale, what is disputed, when somebody is behind."""

from django.utils.translation import gettext_lazy as _

from performance.choices import Basis
from salesops.handbook.registry import RuleParameter, register_rules

CHAPTER = _("Targets and key figures")


def register() -> None:
    register_rules(
        RuleParameter(
            key="performance.sales_basis",
            kind="choice",
            default=Basis.SHIPMENT.value,
            choices=tuple(Basis.choices),
            title=_("What counts as a sale"),
            text=_("Sales are counted on one basis in the whole company: {value}."),
            chapter=CHAPTER,
            clause="9.1",
            source="KPI-01",
        ),
        RuleParameter(
            key="performance.col_rate_skips_disputed",
            kind="bool",
            default=True,
            title=_("Disputed items and the collection rate"),
            text=_("Items flagged as disputed are left out of the collection rate: {value}."),
            chapter=CHAPTER,
            clause="9.2",
            source="KPI-08",
        ),
        RuleParameter(
            key="performance.pace_behind",
            kind="fraction",
            default="0.80",
            minimum=0,
            maximum=1,
            title=_("Behind pace"),
            text=_("Who has reached less than {value} of what the passed workdays ask for is behind."),
            chapter=CHAPTER,
            clause="9.3",
            source="TGT-05",
        ),
        RuleParameter(
            key="performance.pace_at_risk",
            kind="fraction",
            default="0.95",
            minimum=0,
            maximum=1,
            title=_("At risk"),
            text=_("Who has reached less than {value} of what the passed workdays ask for is at risk."),
            chapter=CHAPTER,
            clause="9.4",
            source="TGT-05",
        ),
        RuleParameter(
            key="performance.close_automatically",
            kind="bool",
            default=True,
            title=_("Monthly close"),
            text=_(
                "A month is closed by itself as soon as it is over: {value}. Its figures never change again; "
                "later corrections are restated with a date and a reason."
            ),
            chapter=CHAPTER,
            clause="9.5",
            source="TGT-12",
        ),
        RuleParameter(
            key="performance.target_changes_signed",
            kind="bool",
            default=True,
            title=_("Changes of targets"),
            text=_(
                "A target that was set is changed only after who stands above has signed, that of a department after the general manager: {value}."
            ),
            chapter=CHAPTER,
            clause="9.6",
            source="TGT-13",
        ),
        binds=("rep", "assistant", "lead", "manager", "gm"),
    )
