"""Rules of collection beside the ladder itself, which is data of its own (domain §7, REC-03, REC-04, REC-07)."""

from django.utils.translation import gettext_lazy as _

from salesops.handbook.registry import RuleParameter, register_rules

CHAPTER = _("Receivables")


def register_collection() -> None:
    """Add the rules of collection to the handbook."""
    register_rules(
        RuleParameter(
            key="receivables.promise_grace_days",
            kind="int",
            default=2,
            clause="R-80",
            chapter=CHAPTER,
            title=_("Grace of a promise"),
            text=_("A promise to pay counts as kept when the money is allocated up to {value} days later."),
            unit=_("days"),
            source="REC-04",
            minimum=0,
            maximum=30,
        ),
        RuleParameter(
            key="receivables.chase_unallocated_percent",
            kind="int",
            default=10,
            clause="R-81",
            chapter=CHAPTER,
            title=_("First allocate, then chase"),
            text=_(
                "A customer is not chased while money of it waits to be allocated that makes {value} percent "
                "of what is overdue."
            ),
            unit=_("percent"),
            source="REC-03",
            minimum=0,
            maximum=100,
        ),
        RuleParameter(
            key="receivables.case_reopen_days",
            kind="int",
            default=60,
            clause="R-82",
            chapter=CHAPTER,
            title=_("A case is taken up again"),
            text=_(
                "Where something is overdue again within {value} days after a case was closed, the case is taken up "
                "again."
            ),
            unit=_("days"),
            source="REC-03",
            minimum=0,
            maximum=365,
        ),
        RuleParameter(
            key="receivables.call_attempts",
            kind="int",
            default=3,
            clause="R-83",
            chapter=CHAPTER,
            title=_("Calls that nobody answers"),
            text=_("A step of the ladder is done when somebody was reached, or at attempt {value}."),
            source="REC-03",
            minimum=1,
            maximum=20,
        ),
        RuleParameter(
            key="receivables.limitation_years",
            kind="int",
            default=3,
            clause="R-84",
            chapter=CHAPTER,
            title=_("Limitation of claims"),
            text=_(
                "A claim becomes time-barred {value} years after the last provable demand, acknowledgement or payment."
            ),
            unit=_("years"),
            source="REC-07",
            minimum=1,
            maximum=30,
        ),
        RuleParameter(
            key="receivables.limitation_notice_days",
            kind="int",
            default=180,
            clause="R-85",
            chapter=CHAPTER,
            title=_("Notice before the limitation"),
            text=_("Holder and legal are told {value} days before a claim becomes time-barred."),
            unit=_("days"),
            source="REC-07",
            minimum=1,
            maximum=365,
        ),
    )
