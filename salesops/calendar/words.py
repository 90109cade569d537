"""Names of statutory holidays in the reader's language; the packages' English names are what is stored."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

_DAYS = {
    "New Year's Day": _("New Year's Day"),
    "Spring Festival": _("Spring Festival"),
    "Tomb-sweeping Day": _("Tomb-sweeping Day"),
    "Labour Day": _("Labour Day"),
    "Dragon Boat Festival": _("Dragon Boat Festival"),
    "National Day": _("National Day"),
    "Mid-autumn Festival": _("Mid-autumn Festival"),
    "Make-up working day": _("Make-up working day"),
    "Anti-Fascist 70th Day": _("Victory Day"),
    "Founding Day of the Republic of China": _("Founding Day of the Republic of China"),
    "Chinese New Year's Eve": _("Lunar New Year's Eve"),
    "Chinese New Year": _("Lunar New Year"),
    "Peace Memorial Day": _("Peace Memorial Day"),
    "Children's Day": _("Children's Day"),
    "Tomb-Sweeping Day": _("Tomb-sweeping Day"),
    "Labor Day": _("Labour Day"),
    "Mid-Autumn Festival": _("Mid-autumn Festival"),
    "Confucius' Birthday": _("Confucius' Birthday"),
    "Constitution Day": _("Constitution Day"),
    "Taiwan Restoration and Guningtou Victory Memorial Day": _(
        "Taiwan Restoration and Guningtou Victory Memorial Day"
    ),
    "Substitute day off": _("Substitute day off"),
}
_OBSERVED = _("%(day)s (day off in lieu)")


def day_words(name: str) -> str:
    """A holiday's name in the active language; a name that is not known stands for itself."""
    base, observed, _rest = name.partition(" (observed)")
    words = " · ".join(str(_DAYS.get(part, part)) for part in base.split("; "))
    return str(_OBSERVED) % {"day": words} if observed else words
