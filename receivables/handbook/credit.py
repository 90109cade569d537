"""Rules of holds, assessment, risk and provision (domain §5 and §7; conventions until finance confirms them)."""

from django.utils.translation import gettext_lazy as _

from receivables.handbook.ledger import _rule
from salesops.handbook.registry import RuleParameter, register_rules


def register_credit() -> None:
    register_rules(
        _rule(
            "hold_check",
            "choice",
            "block",
            "R-70",
            _("Orders of customers on hold"),
            _(
                "An order or shipment of a customer on hold: {value}, until finance and the manager lift the hold."
            ),
            choices=(("block", _("refuse")), ("warn", _("warn"))),
            source="REC-12",
        ),
        *_assessment(),
        *_exposure(),
        _go_on(),
        *_risk(),
        _rule(
            "provision_rates",
            "int_row",
            [5, 10, 30, 50, 80, 100],
            "R-119",
            _("Provision for bad debt"),
            _(
                "Of what is open in the first, second … fifth year since its issue and later, {value} percent is set aside."
            ),
            source="REC-13",
        ),
        binds=("rep", "assistant", "lead", "manager", "finance", "legal"),
    )


def _assessment() -> list[RuleParameter]:
    """How a customer's credit is assessed."""
    return [
        _rule(
            "credit_weights",
            "int_row",
            [30, 15, 15, 10, 15, 15],
            "R-71",
            _("Weights of the credit assessment"),
            _(
                "Payment record, years of cooperation, size and capital, standing in the industry, regularity of orders and completeness of the file weigh {value}; the weight of what is not known is shared out."
            ),
            source="CUS-06",
        ),
        _rule(
            "credit_rating_bands",
            "int_row",
            [90, 80, 70, 60],
            "R-72",
            _("Ratings"),
            _("AAA, AA, A and B begin at a score of {value}; below that it is C."),
            source="CUS-07",
        ),
        _rule(
            "credit_rating_factors",
            "int_row",
            [200, 100, 80, 60, 0],
            "R-73",
            _("Limit by rating"),
            _(
                "The computed limit is the average sales of a month times the months of clause R-74 times, for AAA, AA, A, B and C, {value} percent."
            ),
            source="CUS-07",
        ),
        _rule(
            "credit_months",
            "int",
            2,
            "R-74",
            _("Months of sales on credit"),
            _(
                "The computed limit covers the sales of {value} months; of customers supplied for longer only months with shipments count, of new ones the expected sales."
            ),
            unit=_("months"),
            source="CUS-07",
            minimum=1,
            maximum=24,
        ),
        _rule(
            "credit_new_months",
            "int",
            12,
            "R-75",
            _("New customers"),
            _(
                "A customer of less than {value} months is not rated above A unless the general manager approves it, too."
            ),
            unit=_("months"),
            source="CUS-06",
            minimum=0,
            maximum=60,
        ),
        _rule(
            "credit_complete_share",
            "fraction",
            "0.80",
            "R-76",
            _("Complete files"),
            _(
                "A file of which less than {value} is filled in is not rated above A unless the general manager approves it, too."
            ),
            source="CUS-06",
            minimum="0",
            maximum="1",
        ),
        _rule(
            "assessment_months",
            "int",
            12,
            "R-77",
            _("How long an assessment holds"),
            _("An approved assessment holds for {value} months."),
            unit=_("months"),
            source="CUS-07",
            minimum=1,
            maximum=60,
        ),
        _rule(
            "assessment_notice_days",
            "int",
            30,
            "R-78",
            _("Review before an assessment ends"),
            _(
                "A new assessment is opened {value} days before the last one ends; whoever has the customer is told."
            ),
            unit=_("days"),
            source="CUS-07",
            minimum=0,
            maximum=180,
        ),
        _rule(
            "assessment_expired",
            "choice",
            "warn",
            "R-79",
            _("Orders after an assessment has ended"),
            _("An order of a customer whose assessment has ended: {value}."),
            choices=(("block", _("refuse")), ("warn", _("warn")), ("off", _("do not check"))),
            source="CUS-07",
        ),
    ]


def _exposure() -> list[RuleParameter]:
    """How exposure is judged besides the limit itself."""
    modes = (
        ("same", _("as clause R-16 says")),
        ("block", _("refuse")),
        ("warn", _("warn")),
        ("off", _("do not check")),
    )
    return [
        _rule(
            "credit_tolerance",
            "money",
            "0.00",
            "R-110",
            _("Small amounts beyond the limit"),
            _("A credit limit that is passed by no more than {value} in base currency stops nothing."),
            source="ORD-14",
            minimum="0",
        ),
        _rule(
            "credit_group",
            "bool",
            False,
            "R-111",
            _("Limit of a group"),
            _("A parent and its subsidiaries together stay within the parent's credit limit: {value}."),
            source="ORD-14",
        ),
        _rule(
            "credit_check_important",
            "choice",
            "same",
            "R-112",
            _("Important customers beyond the credit"),
            _("Orders of important customers beyond the credit: {value}."),
            choices=modes,
            source="ORD-14",
        ),
        _rule(
            "credit_check_potential",
            "choice",
            "same",
            "R-113",
            _("Potential customers beyond the credit"),
            _("Orders of potential customers beyond the credit: {value}."),
            choices=modes,
            source="ORD-14",
        ),
        _rule(
            "credit_prepaid",
            "bool",
            True,
            "R-114",
            _("Orders paid in advance"),
            _(
                "An order passes although something is overdue or the limit is passed, where money not yet allocated covers it and all that is ordered and not billed: {value}."
            ),
            source="ORD-14",
        ),
    ]


def _go_on() -> RuleParameter:
    return _rule(
        "go_on_by_itself",
        "bool",
        True,
        "R-86",
        _("Orders that wait for the credit"),
        _(
            "An order that somebody decided to confirm, and that only the credit stopped, is confirmed by itself as soon as money, a release, better credit terms or the end of a hold allows it; otherwise that person is told: {value}."
        ),
        source="ORD-14",
    )


def _risk() -> list[RuleParameter]:
    """When a customer is called likely to pay late."""
    return [
        _rule(
            "risk_from_score",
            "int",
            10,
            "R-115",
            _("Risk warnings"),
            _("A customer whose reasons add up to a risk score of {value} or more is warned of."),
            source="REC-05",
            minimum=1,
            maximum=100,
        ),
        _rule(
            "risk_late_days",
            "int",
            7,
            "R-116",
            _("Pays later and later"),
            _(
                "It is a risk when a customer paid on average {value} days later in three months than in the nine months before."
            ),
            unit=_("days"),
            source="REC-05",
            minimum=1,
            maximum=180,
        ),
        _rule(
            "risk_concentration",
            "fraction",
            "0.20",
            "R-117",
            _("Large share of all receivables"),
            _("It is a risk when one customer owes {value} or more of all receivables."),
            source="REC-05",
            minimum="0.01",
            maximum="1",
        ),
        _rule(
            "risk_order_drop",
            "fraction",
            "0.50",
            "R-118",
            _("Orders drop"),
            _(
                "It is a risk when the orders of three months fall by more than {value} against the year before."
            ),
            source="REC-05",
            minimum="0.05",
            maximum="1",
        ),
    ]
