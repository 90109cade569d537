"""Words of handing over the work of a person."""

from django.db import models
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
