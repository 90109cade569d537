"""Words of drafts and cheques."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PaperKind(models.TextChoices):
    """What kind of paper it is; the receipt that it becomes came in by the same method."""

    DRAFT = "draft", _("Bank draft")
    CHEQUE = "cheque", _("Cheque")


class PaperState(models.TextChoices):
    """Held until it is honoured, bounces or goes back; a honoured one may bounce later."""

    HELD = "held", pgettext_lazy("a draft or cheque", "Held")
    HONOURED = "honoured", pgettext_lazy("a draft or cheque", "Honoured")
    BOUNCED = "bounced", pgettext_lazy("a draft or cheque", "Bounced")
    RETURNED = "returned", pgettext_lazy("a draft or cheque", "Given back")
