"""Words of handing over the work of a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class HandOverState(models.TextChoices):
    OPEN = "open", pgettext_lazy("hand-over", "Under way")
    DONE = "done", pgettext_lazy("hand-over", "Complete")
    CANCELLED = "cancelled", pgettext_lazy("hand-over", "Called off")


class ItemState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("hand-over", "Waits for signatures")
    HANDED = "handed", pgettext_lazy("hand-over", "Handed over")
    REFUSED = "refused", pgettext_lazy("hand-over", "Refused")
    MOOT = "moot", pgettext_lazy("hand-over", "No longer to hand over")


class ThingKind(models.TextChoices):
    """What goes over without a record behind it."""

    PAPER = "thing.paper", _("Papers and files")
    DEVICE = "thing.device", _("Devices, keys and badges")
    ACCESS = "thing.access", _("Accounts and passwords")
    MATTER = "thing.matter", _("Ongoing matters")


# On the list of everybody who leaves; what one finds there when nothing else was written down.
STANDARD = {
    ThingKind.PAPER: _("Contracts, samples and files on paper, and where the electronic ones lie"),
    ThingKind.DEVICE: _("Computer, telephone, keys, badge, seal, vehicle"),
    ThingKind.ACCESS: _("Accounts and mailboxes are closed or changed; a password is never written here"),
    ThingKind.MATTER: _("What was promised to customers and colleagues and is not finished"),
}
