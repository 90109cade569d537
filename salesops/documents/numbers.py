"""Letters with which the numbers of documents begin; each class has its own series (DOC-02, domain §10)."""

from django.utils.translation import gettext_lazy as _

from salesops.numbering.registry import NumberClass, number_classes

# Series of the domain that documents take part in, and those that are theirs alone.
SHARED = ("DY", "YX", "CP")
OWN = {
    "HB": _("Contract text"),
    "XJ": _("Project plan"),
    "ZD": _("Policy"),
    "BD": _("Form"),
    "WJ": _("Other document"),
    "JS": _("Technical document"),
}
CODES = (*SHARED, *OWN)


def register() -> None:
    for code, title in OWN.items():
        number_classes.register(code, NumberClass(code, title))
