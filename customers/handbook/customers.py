"""The numbers of customer work that the handbook sets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from salesops.handbook.registry import RuleParameter, register_rules

CHAPTER = _("Customers and visits")


def register_clauses() -> None:
    """Called when the app is ready."""
    register_rules(
        RuleParameter(
            key="customers.stale_days",
            kind="int",
            default=180,
            unit=_("days"),
            chapter=CHAPTER,
            clause="3.1",
            title=_("A customer file goes stale"),
            text=_(
                "A customer without any contact for {value} days is shown as stale to its owner and lead."
            ),
            source="CUS-05",
            minimum=1,
            maximum=3650,
        ),
        RuleParameter(
            key="customers.visit_backdate_days",
            kind="int",
            default=14,
            unit=_("days"),
            chapter=CHAPTER,
            clause="3.3",
            title=_("Visits are written down soon"),
            text=_(
                "A visit is recorded at most {value} days after it took place; a visit that is still to come cannot be recorded. Who has handed the customer over since still records the visits of the own days."
            ),
            source="VIS-01, VIS-03",
            minimum=0,
            maximum=3650,
        ),
        RuleParameter(
            key="customers.visit_upcoming_days",
            kind="int",
            default=7,
            unit=_("days"),
            chapter=CHAPTER,
            clause="3.4",
            title=_("Visits ahead"),
            text=_("The workbench shows the visits planned for the next {value} days."),
            source="VIS-01",
            minimum=0,
            maximum=90,
        ),
        RuleParameter(
            key="customers.duplicate_strictness",
            kind="choice",
            default="close",
            choices=(
                ("exact", _("the same name, tax number or telephone")),
                ("close", _("also a name that begins alike")),
            ),
            chapter=CHAPTER,
            clause="3.5",
            title=_("One customer, one file"),
            text=_(
                "Before a customer is entered, the files are searched for: {value}. Who enters it all the same confirms that it is another company."
            ),
            source="ORG-12",
        ),
        RuleParameter(
            key="customers.duplicate_prefix_length",
            kind="int",
            default=4,
            unit=_("characters"),
            chapter=CHAPTER,
            clause="3.6",
            title=_("Names that begin alike"),
            text=_(
                "Names count as alike when the shorter one has at least {value} characters and the longer one begins with it."
            ),
            source="ORG-12",
            minimum=2,
            maximum=50,
        ),
        RuleParameter(
            key="customers.duplicate_ask",
            kind="choice",
            default="owner",
            choices=(("owner", _("its owner")), ("superior", _("the superior of its owner"))),
            chapter=CHAPTER,
            clause="3.12",
            title=_("Whom to ask about a file of others"),
            text=_(
                "Who enters or looks for a company whose file is not theirs to see is told that it exists, and to ask {value}."
            ),
            source="ORG-12",
        ),
        RuleParameter(
            key="customers.home_country",
            kind="text",
            default="CN",
            chapter=CHAPTER,
            clause="3.7",
            title=_("Home country"),
            text=_(
                "Tax numbers and telephone numbers of customers without a country are read as those of {value}."
            ),
            source="DAT-01",
        ),
        RuleParameter(
            key="customers.second_person_tax",
            kind="bool",
            default=True,
            chapter=CHAPTER,
            clause="3.8",
            title=_("A second person for tax numbers"),
            text=_("A changed tax number holds only after finance has accepted it: {value}."),
            source="DAT-03",
        ),
        RuleParameter(
            key="customers.second_person_bank",
            kind="bool",
            default=True,
            chapter=CHAPTER,
            clause="3.9",
            title=_("A second person for bank accounts"),
            text=_("A changed bank account holds only after finance has accepted it: {value}."),
            source="DAT-03",
        ),
        RuleParameter(
            key="customers.second_person_credit",
            kind="bool",
            default=True,
            chapter=CHAPTER,
            clause="3.10",
            title=_("A second person for credit terms"),
            text=_(
                "A changed credit limit or payment term holds only after manager and finance have accepted it: {value}."
            ),
            source="CUS-07, DAT-03",
        ),
        RuleParameter(
            key="customers.credit_limit_top",
            kind="money",
            default="100000.00",
            chapter=CHAPTER,
            clause="3.11",
            title=_("Credit limits that the general manager approves"),
            text=_("A credit limit above {value} in base currency is also approved by the general manager."),
            source="CUS-07",
            minimum="0",
        ),
        binds=("rep", "assistant", "lead", "manager"),
    )
