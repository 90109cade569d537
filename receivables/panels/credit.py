"""What credit adds to other pages: menu, colours, words of refusals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from receivables.models import CreditAssessment, CreditHold
from salesops.ui.registries import MenuItem, menu, refusal_labels, side_by_side, tones


def register_credit() -> None:
    menu.register(
        "receivables.assessments",
        MenuItem(
            "receivables",
            _("Credit assessments"),
            "receivables:creditassessment_list",
            CreditAssessment,
            "view",
            (),
            58,
        ),
    )
    menu.register(
        "receivables.holds",
        MenuItem("receivables", _("Credit holds"), "receivables:credithold_list", CreditHold, "view", (), 60),
    )
    refusal_labels.register("days_ended", _("Days since it ended"))
    refusal_labels.register("holds", _("Holds that stand"))
    side_by_side("receivables.assessments", "receivables.holds")
    tones.register(
        CreditAssessment, {"draft": "plain", "submitted": "attention", "approved": "good", "rejected": "bad"}
    )
    tones.register(CreditHold, {"stands": "bad", "lifted": "plain", "over": "plain"})
