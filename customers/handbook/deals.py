"""The numbers and exit rules of leads and opportunities."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.choices.deals import OPEN_STAGES, Stage
from salesops.core.errors import InvalidInput
from salesops.handbook.registry import RuleParameter, register_rules

CHAPTER = _("Leads and opportunities")
# What can be demanded before a deal enters a step, in the order in which a person works.
KNOWN = {
    "customer": _("the customer"),
    "amount": _("the expected amount"),
    "expected_close": _("the day on which the decision is expected"),
    "score": _("the score of the screening"),
    "visit": _("a visit to the customer, planned or done"),
    "need_record": _("the needs of the customer"),
    "intention": _("the intention to buy"),
    "decision_maker": _("somebody who decides"),
    "offer": _("the offer that was sent"),
    "counter_terms": _("what the customer wants, as a negotiation note"),
    "concessions": _("no concession that still waits for approval"),
    "paper": _("the contract or order"),
}
GATES = {
    Stage.SCREENED: ("3.41", "score"),
    Stage.FIRST_VISIT: ("3.42", "customer"),
    Stage.NEEDS: ("3.43", "need_record"),
    Stage.PROPOSAL: ("3.44", "offer, amount, expected_close"),
    Stage.NEGOTIATION: ("3.45", "counter_terms"),
    Stage.WON: ("3.46", "customer, amount, concessions, paper"),
}
NONE = "none"


def gate_key(stage: str) -> str:
    """The key of the rule on what must be known before a deal enters ``stage``."""
    return f"customers.deal_needs_{stage}"


def codes_of(value: str) -> list[str]:
    """The codes in the text of an exit rule."""
    return [code for code in value.replace("，", ",").replace(" ", "").split(",") if code and code != NONE]


def check_codes(value: Any) -> None:
    unknown = [code for code in codes_of(str(value)) if code not in KNOWN]
    if unknown:
        raise InvalidInput(
            gettext("Nobody knows how to look for “%(codes)s”.") % {"codes": ", ".join(unknown)},
            field="value",
            way_out=gettext("Known are: %(codes)s.") % {"codes": ", ".join([NONE, *KNOWN])},
        )


def check_odds(value: Any) -> None:
    if len(value) != len(OPEN_STAGES):
        raise InvalidInput(
            gettext("There is one number for each of the six steps before the decision."), field="value"
        )


def register_clauses() -> None:
    """Called when the app is ready."""
    register_rules(*_gates(), *_numbers(), binds=("rep", "assistant", "lead", "manager"))


def _gates() -> list[RuleParameter]:
    titles = {
        Stage.SCREENED: _("Before an opportunity counts as screened"),
        Stage.FIRST_VISIT: _("Before the first visit"),
        Stage.NEEDS: _("Before the needs are settled"),
        Stage.PROPOSAL: _("Before the proposal"),
        Stage.NEGOTIATION: _("Before the negotiation"),
        Stage.WON: _("Before an opportunity is won"),
    }
    return [
        RuleParameter(
            key=gate_key(stage),
            kind="text",
            default=default,
            choices=((NONE, _("nothing")), *KNOWN.items()),
            chapter=CHAPTER,
            clause=clause,
            title=titles[stage],
            text=_("An opportunity enters this step only when this is known: {value}."),
            source="OPP-03",
            check=check_codes,
        )
        for stage, (clause, default) in GATES.items()
    ]


def _numbers() -> list[RuleParameter]:
    def number(
        key: str, default: int, clause: str, unit: Any, title: Any, text: Any, source: str
    ) -> RuleParameter:
        return RuleParameter(
            key=f"customers.{key}", kind="int", default=default, unit=unit, chapter=CHAPTER, clause=clause,
            title=title, text=text, source=source, minimum=1, maximum=3650,
        )  # fmt: skip

    return [
        RuleParameter(
            key="customers.deal_odds",
            kind="int_list",
            default=[5, 10, 20, 40, 60, 80],
            unit="%",
            chapter=CHAPTER,
            clause="3.47",
            title=_("Probability of each step"),
            text=_("An opportunity counts in the forecast with the probability of its step: {value} %."),
            source="OPP-09",
            minimum=0,
            maximum=100,
            check=check_odds,
        ),
        number("lead_idle_workdays", 3, "3.48", _("work days"), _("Leads are worked on"),
               _("A lead that nobody has worked on for {value} work days is told to its owner, then to the superior."),
               "OPP-08"),
        number("lead_return_days", 15, "3.49", _("days"), _("Leads that lie about go back"),
               _("A lead that nobody has worked on for {value} days goes back to the pool, where others may take it."),
               "OPP-02"),
        RuleParameter(
            key="customers.deal_step_days",
            kind="int_row",
            default=[30, 30, 30, 30, 20, 20],
            unit=_("days"),
            chapter=CHAPTER,
            clause="3.50",
            title=_("Opportunities that do not move"),
            text=_("An opportunity that has stood in its step for so many days, step by step, is shown as stalled to its owner and superior: {value}."),
            source="OPP-08",
            minimum=1,
            maximum=3650,
            check=check_odds,
        ),
        number("campaign_days", 90, "3.53", _("days"), _("What a campaign brought"),
               _("Leads, customers, opportunities and orders of the {value} days after a campaign or exhibition count for it."),
               "MKT-11"),
        RuleParameter(
            key="customers.concession_lead_discount",
            kind="fraction",
            default="0.10",
            chapter=CHAPTER,
            clause="3.51",
            title=_("Discounts that the team lead approves"),
            text=_("A price more than {value} under the list price is granted by the team lead."),
            source="OPP-06",
            minimum="0",
            maximum="1",
        ),
        RuleParameter(
            key="customers.concession_top_discount",
            kind="fraction",
            default="0.20",
            chapter=CHAPTER,
            clause="3.52",
            title=_("Discounts that manager and finance approve"),
            text=_("A price under the floor, or more than {value} under the list price, is granted by manager and finance."),
            source="OPP-06",
            minimum="0",
            maximum="1",
        ),
    ]  # fmt: skip
