"""Rules of approvals."""

from django.utils.translation import gettext_lazy as _

from salesops.handbook.registry import RuleParameter, register_rules

CHAPTER = _("Approvals")


def register() -> None:
    register_rules(
        RuleParameter(
            "approvals.split_days",
            "int",
            1,
            _("What counts together"),
            _(
                "Documents of one customer within {value} days are added before a limit is tested, so that nothing "
                "is split to stay under it."
            ),
            CHAPTER,
            "A-1",
            unit=_("days"),
            source="conv. on ORG-04",
            minimum=1,
            maximum=92,
        ),
        RuleParameter(
            "approvals.deputy_limit",
            "money",
            "200000.00",
            _("How much a deputy decides"),
            _("A deputy whose own roles name no limit decides up to {value} in base currency."),
            CHAPTER,
            "A-2",
            source="conv. on ORG-04",
            minimum="0",
        ),
    )
