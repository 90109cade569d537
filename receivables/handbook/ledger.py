"""Rules that the ledger and its reminders obey (domain §5-§7, all of them conventions until finance confirms)."""

from django.utils.translation import gettext_lazy as _

from receivables.choices import Basis, CreateOn
from salesops.handbook.registry import RuleParameter, register_rules


def _rule(key: str, kind: str, default: object, clause: str, title: object, text: object, **more: object):
    return RuleParameter(
        key=f"receivables.{key}",
        kind=kind,
        default=default,
        title=title,
        text=text,
        chapter=_("Receivables"),
        clause=clause,
        **more,
    )


def register() -> None:
    """Add the rules of receivables to the handbook."""
    register_rules(
        _rule(
            "create_on",
            "choice",
            CreateOn.SHIPMENT.value,
            "R-1",
            _("When an order becomes a receivable"),
            _("The receivable of an order is posted on its {value}."),
            choices=tuple(CreateOn.choices),
            source="REC-01",
        ),
        _rule(
            "default_term_days",
            "int",
            30,
            "R-2",
            _("Payment without agreed terms"),
            _("Where neither order nor customer names payment terms, money is due {value} days after issue."),
            unit=_("days"),
            source="REC-01",
            minimum=0,
            maximum=720,
        ),
        _rule(
            "ageing_buckets",
            "int_list",
            [30, 60, 90],
            "R-3",
            _("Steps of the ageing report"),
            _("Overdue money is shown in steps that end after {value} days; the last step is open."),
            unit=_("days"),
            source="REC-09",
        ),
        _rule(
            "ageing_basis",
            "choice",
            Basis.DUE.value,
            "R-4",
            _("From which date money ages"),
            _("The ageing report counts from: {value}."),
            choices=tuple(Basis.choices),
            source="REC-09",
        ),
        _rule(
            "notice_days",
            "int",
            7,
            "R-5",
            _("Settlement notice"),
            _("The settlement notice goes out {value} days before the due date."),
            unit=_("days"),
            source="REC-02",
            minimum=0,
            maximum=90,
        ),
        _rule(
            "notify_customer",
            "bool",
            False,
            "R-6",
            _("Settlement notice to the customer by e-mail"),
            _("The settlement notice is also mailed to the customer's main contact: {value}."),
            source="REC-02",
        ),
        _rule(
            "overdue_days",
            "int_list",
            [1, 15, 31, 61, 91],
            "R-7",
            _("Overdue notices"),
            _("Owner and superior are reminded on day {value} after the due date."),
            unit=_("days"),
            source="REC-03",
        ),
        _rule(
            "overdue_repeat_days",
            "int",
            30,
            "R-8",
            _("Repeating the overdue notice"),
            _("After the last of these days the notice comes again every {value} days; 0 means never."),
            unit=_("days"),
            source="REC-03",
            minimum=0,
            maximum=365,
        ),
        _rule(
            "superior_from_day",
            "int",
            1,
            "R-9",
            _("When the superior is told"),
            _("The owner's superior is told from day {value} after the due date."),
            unit=_("days"),
            source="REC-03",
            minimum=1,
            maximum=365,
        ),
        _rule(
            "reminder_tolerance",
            "money",
            "1.00",
            "R-10",
            _("Small differences"),
            _("Nobody is reminded of less than {value} in base currency."),
            source="REC-03",
            minimum="0",
        ),
        _rule(
            "bank_details",
            "text",
            "",
            "R-11",
            _("Our bank account in settlement notices"),
            _("Customers are asked to pay to: {value}."),
            source="REC-02",
        ),
        _rule(
            "due_soon_days",
            "int",
            7,
            "R-12",
            _("Due soon"),
            _("Money due within {value} days counts as due soon on the workbench and in lists."),
            unit=_("days"),
            source="REC-01",
            minimum=1,
            maximum=90,
        ),
        _rule(
            "second_person_amount",
            "money",
            "500000.00",
            "R-13",
            _("Receipts that a second person accepts"),
            _(
                "Receipts of one customer of {value} or more in base currency are posted only after a second person of finance has accepted them; those within the days of clause A-1 count together."
            ),
            source="DAT-03",
            minimum="0.01",
        ),
        _rule(
            "balance_days",
            "int",
            14,
            "R-14",
            _("Customers confirm balances"),
            _("The link by which a customer confirms its balance works once, for {value} days."),
            unit=_("days"),
            source="REC-01",
            minimum=1,
            maximum=90,
        ),
        _rule(
            "import_history_days",
            "int",
            31,
            "R-15",
            _("From when on an imported receipt is history"),
            _(
                "A receipt of a file that is dated at least {value} days back is posted as it stands there, and the timeline tells where the limit of clause R-13 would have asked a second person; a younger one waits for the second person like one that is entered by hand."
            ),
            unit=_("days"),
            source="DAT-03",
            minimum=1,
            maximum=366,
        ),
        *_credit(),
        binds=("rep", "assistant", "lead", "manager", "finance", "legal"),
    )


def _credit() -> list[RuleParameter]:
    """Credit before an order is confirmed and before it is shipped (domain §7)."""
    return [
        _rule(
            "credit_check",
            "choice",
            "block",
            "R-16",
            _("Orders beyond the credit"),
            _(
                "Open items, goods not billed, orders not shipped and the order itself, less money not yet allocated, stay within the customer's credit limit when an order is confirmed and when it is shipped; beyond it: {value}."
            ),
            choices=(("block", _("refuse")), ("warn", _("warn")), ("off", _("do not check"))),
            source="ORD-14",
        ),
        _rule(
            "prepaid_check",
            "choice",
            "block",
            "R-22",
            _("Orders paid before delivery"),
            _(
                "An order whose terms ask for the money before delivery is shipped when its amount has come, set against it or lying ready; where a payment plan bills it, when the instalments by taking effect and by fixed days that are due have come (without such terms that is a warning). A release by finance and the manager lifts this for one order. Otherwise: {value}."
            ),
            choices=(("block", _("refuse")), ("warn", _("warn")), ("off", _("do not check"))),
            source="ORD-14",
        ),
        _rule(
            "credit_warn_share",
            "fraction",
            "0.80",
            "R-17",
            _("Near the credit limit"),
            _("From {value} of the credit limit on, whoever confirms or ships an order is warned."),
            source="ORD-14",
            minimum="0",
            maximum="1",
        ),
        _rule(
            "credit_overdue_days",
            "int",
            30,
            "R-18",
            _("Orders of customers who pay late"),
            _(
                "Who owes something for more than {value} days past its due date is supplied only after a release."
            ),
            unit=_("days"),
            source="ORD-14",
            minimum=0,
            maximum=3650,
        ),
        _rule(
            "credit_release_days",
            "int",
            7,
            "R-19",
            _("How long a release holds"),
            _(
                "The release of an order beyond the credit holds for {value} days and up to the exposure that was signed."
            ),
            unit=_("days"),
            source="ORD-14",
            minimum=1,
            maximum=90,
        ),
        _rule(
            "credit_release_top_days",
            "int",
            60,
            "R-20",
            _("Releases that the general manager signs"),
            _(
                "Where something is overdue for more than {value} days, the general manager signs the release, too."
            ),
            unit=_("days"),
            source="ORD-14",
            minimum=0,
            maximum=3650,
        ),
        _rule(
            "credit_unbilled_days",
            "int",
            90,
            "R-21",
            _("Goods shipped and not billed"),
            _("Goods shipped within {value} days for which no receivable stands yet count in the exposure."),
            unit=_("days"),
            source="ORD-14",
            minimum=0,
            maximum=3650,
        ),
    ]
