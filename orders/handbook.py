"""Rules that orders obey."""

from django.utils.translation import gettext_lazy as _

from salesops.handbook.registry import RuleParameter, register_rules


def register() -> None:
    """Add the rules of orders to the handbook."""
    register_rules(
        RuleParameter(
            key="orders.max_discount",
            kind="fraction",
            default="0.30",
            title=_("Largest discount of an order line"),
            text=_("No line of an order is given more than {value} off its price."),
            chapter=_("Orders"),
            clause="O-1",
            source="OPP-06",
            minimum="0",
            maximum="1",
        ),
        RuleParameter(
            key="orders.floor_price_policy",
            kind="choice",
            default="warn",
            choices=(("warn", _("warn")), ("block", _("refuse"))),
            title=_("Orders under the floor price"),
            text=_("A line under the floor price of its product: {value}."),
            chapter=_("Orders"),
            clause="O-2",
            source="OPP-06",
        ),
        RuleParameter(
            key="orders.watch_share",
            kind="fraction",
            default="0.5",
            title=_("Customers who buy much less"),
            text=_(
                "A customer whose last half year brought less than {value} of the half year before stands on the watch list."
            ),
            chapter=_("Orders"),
            clause="O-8",
            source="CUS-14",
            minimum="0",
            maximum="1",
        ),
        RuleParameter(
            key="orders.confirm_own",
            kind="bool",
            default=False,
            title=_("Confirming one's own order"),
            text=_("The person who owns or submitted an order may also confirm it: {value}."),
            chapter=_("Orders"),
            clause="O-3",
            source="DAT-03",
        ),
        RuleParameter(
            key="orders.backdate_days",
            kind="int",
            default=366,
            unit=_("days"),
            title=_("How far an order may be dated back"),
            text=_("An order is entered at most {value} days after its date."),
            chapter=_("Orders"),
            clause="O-4",
            source="ORD-01",
            minimum=0,
            maximum=3660,
        ),
        RuleParameter(
            key="orders.approval_limit",
            kind="money",
            default="1000000.00",
            title=_("Orders that need approval"),
            text=_(
                "An order of {value} or more in base currency is confirmed only after approval by team lead and manager."
            ),
            chapter=_("Orders"),
            clause="O-5",
            source="ORG-04",
            minimum="0",
        ),
        RuleParameter(
            key="orders.approval_limit_top",
            kind="money",
            default="5000000.00",
            title=_("Orders that the general manager approves"),
            text=_(
                "An order of {value} or more in base currency is also approved by finance and the general manager."
            ),
            chapter=_("Orders"),
            clause="O-6",
            source="ORG-04",
            minimum="0",
        ),
        RuleParameter(
            key="orders.contract_differences",
            kind="choice",
            default="answer",
            choices=(("warn", _("warn")), ("answer", _("answer in writing")), ("block", _("refuse"))),
            title=_("Orders that differ from their contract"),
            text=_(
                "An order is compared with its contract before it is confirmed: validity, currency, payment terms and what is left of the amount. A difference: {value}. The unit whom it concerns answers in writing: legal for validity, finance for money."
            ),
            chapter=_("Orders"),
            clause="O-9",
            source="ORD-01",
        ),
        RuleParameter(
            key="orders.difference_days",
            kind="int",
            default=2,
            unit=_("work days"),
            title=_("Answers to differences from the contract"),
            text=_(
                "A unit that is asked about a difference between an order and its contract answers within {value} work days."
            ),
            chapter=_("Orders"),
            clause="O-10",
            source="ORD-01",
            minimum=1,
            maximum=30,
        ),
        RuleParameter(
            key="orders.import_history_days",
            kind="int",
            default=7,
            unit=_("days"),
            title=_("From when on an imported order is history"),
            text=_(
                "An order of a file that is dated at least {value} days back is taken over as it stands there, and the timeline tells where the limit would have asked for approval; a younger one waits for approval like one that is entered by hand."
            ),
            chapter=_("Orders"),
            clause="O-7",
            source="conv. on ORG-04",
            minimum=1,
            maximum=366,
        ),
        binds=("rep", "assistant", "lead", "manager", "finance", "operations"),
    )
