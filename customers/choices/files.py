"""Words of the customer file: sharing, conflicts, life cycle, grades, blocks, the pool, hand-over."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.core.states import Transitions


class AccessLevel(models.TextChoices):
    """What somebody who helps with a customer may do with its file."""

    READ = "read", pgettext_lazy("access", "Read")
    WRITE = "write", pgettext_lazy("access", "Read and write")


class CoOwners(models.TextChoices):
    """What becomes of the parts of others when the owner of a customer changes."""

    KEEP = "keep", pgettext_lazy("co-owners", "They keep their parts")
    END = "end", pgettext_lazy("co-owners", "Their parts end; the new owner has all of it")


class ClaimWish(models.TextChoices):
    """What somebody wants who says that a customer of others is his own."""

    TAKE = "take", _("Take it over")
    SHARE = "share", _("Share it")


class ClaimState(models.TextChoices):
    OPEN = "open", pgettext_lazy("claim", "Open")
    ACCEPTED = "accepted", pgettext_lazy("claim", "Accepted")
    REFUSED = "refused", pgettext_lazy("claim", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("claim", "Withdrawn")


CLAIM_MOVES = Transitions({ClaimState.OPEN: {ClaimState.ACCEPTED, ClaimState.REFUSED, ClaimState.WITHDRAWN}})


class LifeCycle(models.TextChoices):
    """Where a customer stands, computed from orders and contracts (domain §3.1)."""

    POTENTIAL = "potential", pgettext_lazy("life cycle", "Potential")
    ACTIVE = "active", pgettext_lazy("life cycle", "Active")
    DORMANT = "dormant", pgettext_lazy("life cycle", "Dormant")
    LOST = "lost", pgettext_lazy("life cycle", "Lost")
    BLACKLISTED = "blacklisted", pgettext_lazy("life cycle", "Blacklisted")


class Grade(models.TextChoices):
    """The result of scoring (domain §7); the handbook class stays separate."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


class GradingState(models.TextChoices):
    """What became of a computed grade."""

    PROPOSED = "proposed", pgettext_lazy("grading", "Proposed")
    ACCEPTED = "accepted", pgettext_lazy("grading", "Accepted")
    OVERRIDDEN = "overridden", pgettext_lazy("grading", "Decided otherwise")
    REPLACED = "replaced", pgettext_lazy("grading", "Replaced by a newer one")


class BlockScope(models.TextChoices):
    """What is not to be done with a customer."""

    QUOTES = "quotes", _("No quotations")
    ORDERS = "orders", _("No orders")
    BOTH = "both", _("No quotations and no orders")
