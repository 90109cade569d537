"""Rules that contracts obey."""

from django.utils.translation import gettext_lazy as _

from salesops.handbook.registry import RuleParameter, register_rules


def register() -> None:
    """Add the rules of contracts to the handbook."""
    register_rules(
        RuleParameter(
            key="contracts.expiry_notice_days",
            kind="int",
            default=60,
            unit=_("days"),
            title=_("Notice of contracts about to end"),
            text=_("A contract that ends within {value} days is shown to its owner for renewal."),
            chapter=_("Contracts"),
            clause="C-1",
            source="CTR-09",
            minimum=1,
            maximum=730,
        ),
        RuleParameter(
            key="contracts.expiry_superior_days",
            kind="int",
            default=30,
            unit=_("days"),
            title=_("When the superior hears of contracts about to end"),
            text=_(
                "A contract that ends within {value} days and is not renewed is told to the owner's superior as well."
            ),
            chapter=_("Contracts"),
            clause="C-2",
            source="CTR-09",
            minimum=0,
            maximum=730,
        ),
        binds=("rep", "assistant", "lead", "manager", "finance", "legal"),
    )
