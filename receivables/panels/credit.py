"""What credit adds to other pages: menu, colours, words of refusals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from receivables.models import CreditHold
from salesops.ui.registries import MenuItem, menu, refusal_labels, tones


def register_credit() -> None:
    menu.register(
        "receivables.holds",
        MenuItem("receivables", _("Credit holds"), "receivables:credithold_list", CreditHold, "view", (), 60),
    )
    refusal_labels.register("holds", _("Holds that stand"))
    tones.register(CreditHold, {"stands": "bad", "lifted": "plain", "over": "plain"})
